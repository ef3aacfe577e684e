import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySession, type TokenStatus } from '../events/session.ts'
import { CATALOGUE, computeFeatures } from '../features/catalogue.ts'
import { featureInputs } from '../features/testing/arbitraries.ts'
import { FULL_EVENT, LIMA_SHOP, PERSON_SIGNALS, sessionOf } from '../features/testing/fixtures.ts'
import { type Outcome, severity } from '../policy/outcome.ts'
import { compileRules } from './compile.ts'
import { DEFAULT_RULES } from './default-rules.ts'

const rules = compileRules(DEFAULT_RULES)

/** Rules that an event fires by itself, without any history. */
function firedBy(session: typeof FULL_EVENT.session, parts: Partial<typeof FULL_EVENT> = {}) {
  const event = { ...FULL_EVENT, ...parts, session }
  const features = computeFeatures({ event, history: {}, site: LIMA_SHOP })
  return rules.evaluate({ event, features, score: null }).fired
}
const worst = (fired: readonly { action: Outcome }[]) =>
  Math.max(0, ...fired.map(({ action }) => severity(action)))

describe('the default rules', () => {
  it('leave an ordinary order alone', () => {
    expect(firedBy(sessionOf(PERSON_SIGNALS))).toEqual([])
  })

  it.each(['absent', 'malformed', 'expired', 'nonce_missing'] as const)(
    'do nothing for a token that is %s',
    status => {
      expect(firedBy(emptySession(status))).toEqual([])
    },
  )

  it.each<[TokenStatus, Outcome]>([
    ['replayed', 'challenge'],
    ['order_mismatch', 'challenge'],
    ['origin_mismatch', 'challenge'],
    ['bad_signature', 'review'],
    ['prescore_mismatch', 'review'],
  ])('answer a token that is %s with %s, and no rule denies for it', (status, action) => {
    expect(firedBy(sessionOf(PERSON_SIGNALS, { status }))).toMatchObject([{ action }])
  })

  it('challenge a driven browser', () => {
    expect(firedBy(sessionOf({ ...PERSON_SIGNALS, webdriver: 1 }))).toMatchObject([
      { id: 'automated_checkout', action: 'challenge' },
    ])
  })

  it('challenge an order that nobody clicked, touched or typed for', () => {
    const untouched = { ...PERSON_SIGNALS, click_count: 0, touch_count: 0, key_count: 0 }
    for (const session of [untouched, { ...untouched, untrusted_events: null }])
      expect(firedBy(sessionOf(session))).toMatchObject([{ id: 'no_input', action: 'challenge' }])
  })

  it('challenge an order whose every click and key press a script of the page made up, however slowly', () => {
    const made = { click_count: 20, touch_count: 0, key_count: 20, untrusted_events: 40 }
    const slow = { ...PERSON_SIGNALS, ...made, session_duration_ms: 600_000 }
    expect(firedBy(sessionOf(slow))).toMatchObject([{ id: 'no_input', action: 'challenge' }])
    expect(firedBy(sessionOf({ ...slow, click_count: 21 }))).toEqual([])
  })

  it('deny the burst of a card tester', () => {
    const features = { cards_per_device_24h: 6, decline_count_device_24h: 5 }
    const { fired } = rules.evaluate({ event: FULL_EVENT, features, score: null })
    expect(fired).toMatchObject([{ id: 'card_testing_device', action: 'deny' }])
  })

  it('never deny for a token, whatever it is', () => {
    fc.assert(
      fc.property(featureInputs, ({ event }) => {
        expect(worst(firedBy(event.session))).toBeLessThan(severity('deny'))
      }),
      { numRuns: 200 },
    )
  })

  it('cannot tell without any value, and say so', () => {
    const nothing = Object.fromEntries(CATALOGUE.map(({ name }) => [name, null]))
    const { fired, undetermined } = rules.evaluate({ event: FULL_EVENT, features: nothing, score: null })
    expect(fired).toEqual([])
    expect(undetermined.map(({ id }) => id)).toContain('automated_checkout')
  })
})
