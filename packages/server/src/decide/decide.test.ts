import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySession } from '../events/session.ts'
import { CATALOGUE } from '../features/catalogue.ts'
import { COLUMNS } from '../features/columns.ts'
import { featureInputs } from '../features/testing/arbitraries.ts'
import { FULL_EVENT, LIMA_SHOP } from '../features/testing/fixtures.ts'
import { compilePolicy, DEFAULT_POLICY } from '../policy/cost-policy.ts'
import { severity } from '../policy/outcome.ts'
import { compileRules } from '../rules/compile.ts'
import { DEFAULT_RULES } from '../rules/default-rules.ts'
import { decide, explainDecision } from './decide.ts'
import { REASON_CODES } from './reason-codes.ts'
import { REASON_OF_FEATURE } from './reason-groups.ts'
import { engineVersions, replayDecision } from './replay.ts'
import type { Decision, DecisionEngine, Envelope, Scorer } from './types.ts'

/** A linear model over some columns, whose SHAP values against a row of zeros are its terms. */
function linearScorer(weights: Readonly<Record<string, number>>, bias = -7): Scorer {
  const columns = Object.keys(weights)
  const terms = (row: Float32Array) =>
    Float64Array.from(columns, (column, at) => {
      const value = row[at] ?? 0
      return Number.isNaN(value) ? 0 : value * (weights[column] ?? 0)
    })
  return {
    version: `linear-${bias}`,
    columns,
    score: row => {
      const margin = terms(row).reduce((sum, term) => sum + term, bias)
      return Promise.resolve({ margin, probability: 1 / (1 + Math.exp(-margin)) })
    },
    explain: row => Promise.resolve(terms(row)),
  }
}

const WEIGHTS = {
  trans_amount_log: 0.2,
  'ip_country=US': 5,
  ip_hosting: 1,
  trans_risk_score: 2,
  'device_type=bot': 2,
}
const engine: DecisionEngine = {
  scorer: linearScorer(WEIGHTS),
  rules: compileRules(DEFAULT_RULES),
  policy: compilePolicy(DEFAULT_POLICY),
}
const withoutModel: DecisionEngine = { ...engine, scorer: null }

const envelopeOf = (parts: Partial<Envelope> = {}, by = engine): Envelope => ({
  format: 'atalaya-envelope/1',
  event: FULL_EVENT,
  history: {},
  site: LIMA_SHOP,
  versions: { ...engineVersions(by), prescore: null },
  degraded: [],
  ...parts,
})
const envelopes = featureInputs.map(({ event, history }) => envelopeOf({ event, history }))
const throughJson = <T>(value: T): T => JSON.parse(JSON.stringify(value))
const abroad = { ...FULL_EVENT, ip: { country: 'US', asn: 16509, hosting: true } }

describe('a decision', () => {
  it('allows an ordinary order, without reasons, challenge or review', async () => {
    expect(await decide(envelopeOf(), engine)).toMatchObject({
      decision: 'allow',
      reasons: [],
      rules: [],
      challenge: [],
      review: null,
    })
  })

  it('explains what it does not allow, the weightiest reason first', async () => {
    const { decision, reasons, score } = await decide(envelopeOf({ event: abroad }), engine)
    expect(score).toBeGreaterThan(0.5)
    expect(decision).not.toBe('allow')
    expect(reasons[0]).toEqual({
      code: 'ip_origin',
      contribution: 6,
      features: ['ip_country', 'ip_hosting'],
    })
    expect(reasons.map(({ contribution }) => contribution)).toEqual(
      reasons.map(({ contribution }) => contribution).toSorted((a, b) => b - a),
    )
  })

  it('asks the issuer of a card, and the shopper once 3-D Secure was tried', async () => {
    const replayed = { ...FULL_EVENT.session, status: 'replayed' as const }
    const challenged = async (threeDSecure: string | null) =>
      decide(
        envelopeOf({
          event: { ...FULL_EVENT, session: replayed, payment: { ...FULL_EVENT.payment, threeDSecure } },
        }),
        withoutModel,
      )
    expect(await challenged(null)).toMatchObject({
      decision: 'challenge',
      challenge: ['three_d_secure', 'one_time_code'],
    })
    expect((await challenged('Y')).challenge).toEqual(['one_time_code', 'document_check'])
  })

  it('gives a review a deadline and what happens then', async () => {
    const event = { ...FULL_EVENT, session: { ...FULL_EVENT.session, status: 'prescore_mismatch' as const } }
    expect(await decide(envelopeOf({ event }), engine)).toMatchObject({
      decision: 'review',
      review: { deadlineAtMs: event.receivedAtMs + 120 * 60_000, defaultAction: 'allow' },
    })
  })

  it('is the same to the bit when made again, also from an envelope that went through JSON', async () => {
    await fc.assert(
      fc.asyncProperty(envelopes, async envelope => {
        const decision = await decide(envelope, engine)
        expect(await decide(envelope, engine)).toEqual(decision)
        expect(throughJson(await decide(throughJson(envelope), engine))).toEqual(throughJson(decision))
      }),
      { numRuns: 100 },
    )
  })

  it('is never milder for a higher probability', async () => {
    await fc.assert(
      fc.asyncProperty(envelopes, fc.double({ min: 0, max: 8, noNaN: true }), async (envelope, more) => {
        const milder = await decide(envelope, engine)
        const harder = await decide(envelope, { ...engine, scorer: linearScorer(WEIGHTS, -7 + more) })
        expect(severity(harder.decision)).toBeGreaterThanOrEqual(severity(milder.decision))
      }),
      { numRuns: 200 },
    )
  })

  it('depends on consent and Global Privacy Control in nothing', async () => {
    const facts = { consent: 'essential' as const, gpc: true }
    await fc.assert(
      fc.asyncProperty(envelopes, async envelope => {
        const session = { ...envelope.event.session, ...facts }
        const other = { ...envelope, event: { ...envelope.event, session } }
        expect(await decide(other, engine)).toEqual(await decide(envelope, engine))
      }),
      { numRuns: 50 },
    )
  })
})

describe('a missing or bad token by itself', () => {
  it('costs no sale: an order that was allowed with its session is not denied without', async () => {
    for (const status of ['absent', 'malformed', 'expired', 'nonce_missing', 'bad_signature'] as const) {
      const envelope = envelopeOf({ event: { ...FULL_EVENT, session: emptySession(status) } })
      for (const by of [engine, withoutModel]) {
        expect((await decide(envelope, by)).decision, status).not.toBe('deny')
      }
    }
  })

  it('is allowed like any order when it is only absent', async () => {
    const envelope = envelopeOf({ event: { ...FULL_EVENT, session: emptySession('absent') } })
    expect((await decide(envelope, withoutModel)).decision).toBe('allow')
  })
})

describe('without a model', () => {
  it('small orders are allowed and large ones reviewed', async () => {
    const of = (siteAmountMinor: number) =>
      decide(envelopeOf({ event: { ...FULL_EVENT, siteAmountMinor } }), withoutModel)
    expect(await of(149_999)).toMatchObject({
      decision: 'allow',
      score: null,
      margin: null,
      expectedLossMinor: null,
    })
    expect(await of(150_000)).toMatchObject({
      decision: 'review',
      reasons: [],
      review: { defaultAction: 'allow' },
    })
  })

  it('rules still raise', async () => {
    const event = { ...FULL_EVENT, session: { ...FULL_EVENT.session, status: 'replayed' as const } }
    expect(await decide(envelopeOf({ event }), withoutModel)).toMatchObject({ decision: 'challenge' })
  })

  it('a decision stays without, although the engine has one again', async () => {
    const degraded = envelopeOf({ degraded: ['model'] })
    expect(await decide(degraded, engine)).toEqual(await decide(degraded, withoutModel))
  })
})

describe('an explanation', () => {
  it('of an allowed order has all reasons, those against the risk last, and adds up to the margin', async () => {
    const { reasons, undetermined } = await explainDecision(envelopeOf(), engine)
    const { margin } = await decide(envelopeOf(), engine)
    expect(reasons.map(({ code }) => code)).toEqual(['amount_unusual', 'prescore_high'])
    expect(reasons.reduce((sum, { contribution }) => sum + contribution, -7)).toBeCloseTo(margin ?? 0, 9)
    expect(undetermined.map(({ id }) => id)).toContain('card_testing_device')
  })

  it('has a code with words for every feature of the catalogue', () => {
    for (const { name } of CATALOGUE)
      expect(REASON_CODES).toHaveProperty(REASON_OF_FEATURE.get(name) ?? 'none')
  })

  it('has no code that no feature leads to', () => {
    expect(new Set(REASON_OF_FEATURE.values())).toEqual(new Set(Object.keys(REASON_CODES)))
  })

  it('names no signal and no figure to merchants', () => {
    for (const { merchant } of Object.values(REASON_CODES)) {
      expect(`${merchant.es} ${merchant.en}`).not.toMatch(/token|webdriver|IP|CVV|3-D|puntaje|score|\d/i)
    }
  })
})

describe('a replay', () => {
  const stored = async (
    envelope: Envelope,
    by = engine,
  ): Promise<{ envelope: Envelope; decision: Decision }> =>
    throughJson({ envelope, decision: await decide(envelope, by) })

  it('of a stored decision is equal to the bit', async () => {
    await fc.assert(
      fc.asyncProperty(envelopes, async envelope => {
        expect(await replayDecision(await stored(envelope), engine)).toEqual({ equal: true, differences: [] })
      }),
      { numRuns: 50 },
    )
  })

  it('of one made without its model is equal too', async () => {
    const envelope = envelopeOf({ degraded: ['model'] }, withoutModel)
    expect(await replayDecision(await stored(envelope, withoutModel), engine)).toMatchObject({ equal: true })
  })

  it('names every place that differs, by the last bit of a number', async () => {
    const { envelope, decision } = await stored(envelopeOf())
    const forged = { ...decision, margin: (decision.margin ?? 0) * (1 + Number.EPSILON) }
    const { equal, differences } = await replayDecision({ envelope, decision: forged }, engine)
    expect(equal).toBe(false)
    expect(differences.map(({ path }) => path)).toEqual(['margin'])
  })

  it('says when another engine than the stored one judges', async () => {
    const other = { ...engine, policy: compilePolicy({ ...DEFAULT_POLICY, marginRate: 0.2 }) }
    const { differences } = await replayDecision(await stored(envelopeOf()), other)
    expect(differences).toMatchObject([{ path: 'versions.policy' }])
  })
})

describe('a model', () => {
  it('may use any of the catalogue’s columns', async () => {
    const scorer = linearScorer(Object.fromEntries(COLUMNS.map(column => [column, 0])))
    expect((await decide(envelopeOf(), { ...engine, scorer })).margin).toBe(-7)
  })

  it('that names an unknown column is refused', async () => {
    const scorer = linearScorer({ shoe_size: 1 })
    await expect(decide(envelopeOf(), { ...engine, scorer })).rejects.toMatchObject({
      code: 'unknown_column',
    })
  })
})
