import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseOutcome, expectedCosts } from './choose.ts'
import { type CostPolicy, DEFAULT_POLICY } from './cost-policy.ts'
import { fitPolicy, type PolicyOrders } from './fit.ts'
import { minor, policies, share } from './testing/policies.ts'

const orders: fc.Arbitrary<PolicyOrders> = fc
  .array(fc.record({ probability: share, amountMinor: minor }), { minLength: 1, maxLength: 60 })
  .map(list => ({
    probabilities: list.map(({ probability }) => probability),
    amountsMinor: list.map(({ amountMinor }) => amountMinor),
  }))

const risksOf = ({ probabilities, amountsMinor }: PolicyOrders) =>
  Array.from(probabilities, (probability, order) => ({
    probability,
    amountMinor: amountsMinor[order] as number,
  }))

function outcomesOf(of: PolicyOrders, policy: CostPolicy) {
  return risksOf(of).map(risk => chooseOutcome(risk, policy).outcome)
}

/** Expected cost of what a policy does, at the real costs. */
function costOf(of: PolicyOrders, policy: CostPolicy, costs: CostPolicy): number {
  const chosen = outcomesOf(of, policy)
  return risksOf(of).reduce(
    (sum, risk, order) => sum + expectedCosts(risk, costs)[chosen[order] ?? 'allow'],
    0,
  )
}

describe('a policy fitted to a review capacity', () => {
  it('never reviews more orders than that, of those it was fitted on', () => {
    fc.assert(
      fc.property(orders, policies, share, (of, costs, capacity) => {
        const { policy, reviews } = fitPolicy(of, costs, capacity)
        const counted = outcomesOf(of, policy).filter(outcome => outcome === 'review').length
        expect(counted).toBe(reviews)
        expect(counted).toBeLessThanOrEqual(capacity * risksOf(of).length)
      }),
      { numRuns: 500 },
    )
  })

  it('is expected to earn at least what allowing all of them does', () => {
    fc.assert(
      fc.property(orders, policies, share, (of, costs, capacity) => {
        const { policy } = fitPolicy(of, costs, capacity)
        const allowAll = risksOf(of).reduce((sum, risk) => sum + expectedCosts(risk, costs).allow, 0)
        expect(costOf(of, policy, costs)).toBeLessThanOrEqual(allowAll * (1 + 1e-12) + 1e-6)
      }),
      { numRuns: 500 },
    )
  })

  it('costs no less than with reviewers for all, and the same when they suffice', () => {
    fc.assert(
      fc.property(orders, policies, share, (of, costs, capacity) => {
        const { policy, reviews, wanted } = fitPolicy(of, costs, capacity)
        const [fitted, free] = [costOf(of, policy, costs), costOf(of, costs, costs)]
        expect(fitted).toBeGreaterThanOrEqual(free * (1 - 1e-12) - 1e-6)
        if (reviews === wanted) expect(fitted).toBe(free)
      }),
    )
  })

  it('keeps the reviews that save most', () => {
    // All three are worth a review; the dearer the order, the more it saves.
    const three = { probabilities: [0.2, 0.2, 0.2], amountsMinor: [200_000, 900_000, 400_000] }
    expect(outcomesOf(three, DEFAULT_POLICY)).toEqual(['review', 'review', 'review'])
    const { policy, wanted } = fitPolicy(three, DEFAULT_POLICY, 0.34)
    expect(wanted).toBe(3)
    expect(outcomesOf(three, policy)).toEqual(['challenge', 'review', 'challenge'])
  })

  it('has no price where reviewers suffice, whatever price the costs came with', () => {
    const one = { probabilities: [0.2], amountsMinor: [900_000] }
    const { policy } = fitPolicy(one, { ...DEFAULT_POLICY, reviewShadowPriceMinor: 10_000_000 }, 1)
    expect(policy).toEqual(DEFAULT_POLICY)
  })

  it('reviews nothing without reviewers', () => {
    const one = { probabilities: [0.2], amountsMinor: [900_000] }
    expect(fitPolicy(one, DEFAULT_POLICY, 0).reviews).toBe(0)
  })
})
