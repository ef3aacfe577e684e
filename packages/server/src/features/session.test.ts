import { describe, expect, it } from 'vitest'
import type { SessionFacts } from '../events/session.ts'
import { computeFeatures } from './catalogue.ts'
import { FULL_EVENT, LIMA_SHOP, PERSON_SIGNALS, sessionOf } from './testing/fixtures.ts'

const featuresOf = (session: SessionFacts) =>
  computeFeatures({ event: { ...FULL_EVENT, session }, history: {}, site: LIMA_SHOP })

describe('session_duration', () => {
  it('is what the SDK says when the nonce proves no more', () => {
    expect(featuresOf(sessionOf(PERSON_SIGNALS, { nonceAgeMs: 590_000 }))).toMatchObject({
      session_duration: 600,
      session_duration_consistent: true,
    })
  })

  it('is at least the age of the nonce less the five minutes that a token may be under way', () => {
    const hurried = { ...PERSON_SIGNALS, session_duration_ms: 2_000 }
    expect(featuresOf(sessionOf(hurried, { nonceAgeMs: 540_000 }))).toMatchObject({
      session_duration: 240,
      session_duration_consistent: false,
    })
  })

  it('is not doubted for a nonce that was fetched late in the session', () => {
    expect(featuresOf(sessionOf(PERSON_SIGNALS, { nonceAgeMs: 100 }))).toMatchObject({
      session_duration_consistent: true,
    })
  })

  it('is missing without consent to anything, whatever the nonce says', () => {
    const session = { ...sessionOf({}), signals: null }
    expect(featuresOf(session)).toMatchObject({ session_duration: null, session_duration_consistent: null })
  })
})

describe('the session of a token', () => {
  it.each(['replayed', 'origin_mismatch'] as const)('that is %s is not this order’s session', status => {
    expect(featuresOf(sessionOf(PERSON_SIGNALS, { status }))).toMatchObject({
      token_status: status,
      session_duration: null,
      device_type: null,
      trans_risk_score: null,
    })
  })

  it.each(['expired', 'order_mismatch', 'nonce_missing', 'prescore_mismatch'] as const)(
    'that is %s is still this order’s session',
    status => {
      expect(featuresOf(sessionOf(PERSON_SIGNALS, { status }))).toMatchObject({
        token_status: status,
        session_duration: 600,
        trans_risk_score: 0.1,
      })
    },
  )

  it('has no figures about typing and pointing with essential consent, and no other mark of it', () => {
    const {
      touch_points,
      webdriver,
      automation_signs,
      platform_mismatch,
      time_zone_offset_min,
      ...essential
    } = PERSON_SIGNALS
    const row = featuresOf(sessionOf(essential, { consent: 'essential' }))
    expect(row).toMatchObject({ session_duration: 600, device_webdriver: null, device_touch_mismatch: null })
  })

  it('is bounded by the service’s own pre-score, never the browser’s', () => {
    const row = featuresOf(sessionOf(PERSON_SIGNALS, { clientPrescore: 0.01, serverPrescore: 0.9 }))
    expect(row['trans_risk_score']).toBe(0.9)
  })
})
