import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseOutcome, thresholds } from './choose.ts'
import { compilePolicy, DEFAULT_POLICY } from './cost-policy.ts'
import { DECISIONS, type Outcome, severity } from './outcome.ts'
import { combine } from './precedence.ts'
import { minor, policies, share } from './testing/policies.ts'

const outcomes = fc.constantFrom(...DECISIONS)

describe('the cheapest outcome', () => {
  it.each([
    [0.0005, 12_000, 'allow'],
    [0.05, 12_000, 'challenge'],
    [0.7, 12_000, 'deny'],
    [0.02, 300_000, 'challenge'],
    [0.1, 300_000, 'review'],
    [0.9, 300_000, 'deny'],
  ])('at probability %s and %i céntimos is %s by default', (probability, amountMinor, outcome) => {
    expect(chooseOutcome({ probability, amountMinor }, DEFAULT_POLICY).outcome).toBe(outcome)
  })

  it('costs no more than any other', () => {
    fc.assert(
      fc.property(policies, share, minor, (policy, probability, amountMinor) => {
        const { outcome, costs } = chooseOutcome({ probability, amountMinor }, policy)
        expect(costs[outcome]).toBe(Math.min(...Object.values(costs)))
      }),
    )
  })

  it('is never milder for a higher probability, under any policy that compiles', () => {
    fc.assert(
      fc.property(policies, share, share, minor, (policy, a, b, amountMinor) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)]
        const of = (probability: number) =>
          severity(chooseOutcome({ probability, amountMinor }, policy).outcome)
        expect(of(high)).toBeGreaterThanOrEqual(of(low))
      }),
      { numRuns: 1000 },
    )
  })

  it('is allow for sure good and never allow for a sure fraud of some amount', () => {
    expect(chooseOutcome({ probability: 0, amountMinor: 50_000 }, DEFAULT_POLICY).outcome).toBe('allow')
    expect(chooseOutcome({ probability: 1, amountMinor: 50_000 }, DEFAULT_POLICY).outcome).toBe('deny')
  })
})

describe('thresholds', () => {
  it('say where the cheapest outcome changes', () => {
    fc.assert(
      fc.property(policies, minor, (policy, amountMinor) => {
        const steps = thresholds(amountMinor, policy)
        for (const [index, { outcome, fromProbability }] of steps.entries()) {
          const until = steps[index + 1]?.fromProbability ?? 1
          if (until - fromProbability < 1e-6) continue
          const probability = (fromProbability + until) / 2
          const chosen = chooseOutcome({ probability, amountMinor }, policy)
          const tie = chosen.costs[outcome] - chosen.costs[chosen.outcome]
          expect(tie).toBeLessThanOrEqual(1e-9 * Math.max(1, chosen.costs[outcome]))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('rise from mild to severe', () => {
    expect(thresholds(300_000, DEFAULT_POLICY).map(({ outcome }) => outcome)).toEqual([
      'allow',
      'challenge',
      'review',
      'deny',
    ])
  })
})

describe('score and rules together', () => {
  it('are never milder than the score alone, unless a rule allows', () => {
    fc.assert(
      fc.property(
        outcomes,
        fc.array(fc.constantFrom<Outcome>('challenge', 'review', 'deny')),
        (advised, actions) => {
          expect(severity(combine(advised, actions))).toBe(Math.max(...[advised, ...actions].map(severity)))
        },
      ),
    )
  })

  it('allow when a rule vouches for the order', () => {
    expect(combine('deny', ['review', 'allow'])).toBe('allow')
  })

  it('deny when a rule denies, whoever vouches', () => {
    expect(combine('allow', ['allow', 'deny'])).toBe('deny')
  })
})

describe('a policy', () => {
  it('has a version that changes with any of its figures', () => {
    const { version } = compilePolicy(DEFAULT_POLICY)
    expect(compilePolicy({ ...DEFAULT_POLICY }).version).toBe(version)
    expect(compilePolicy({ ...DEFAULT_POLICY, marginRate: 0.13 }).version).not.toBe(version)
  })

  it.each([
    [{ marginRate: 1.2 }, '/marginRate'],
    [{ currency: 'soles' }, '/currency'],
    [{ generosity: 1 }, 'generosity'],
    [{ reviewCatchRate: 0.5 }, 'milder answer'],
    [{ challengeFrictionRate: 1, marginRate: 1 }, 'milder answer'],
  ])('with %o is refused', (change, message) => {
    expect(() => compilePolicy({ ...DEFAULT_POLICY, ...change })).toThrow(
      expect.objectContaining({ code: 'invalid_policy', message: expect.stringContaining(message) }),
    )
  })
})
