import fc from 'fast-check'
import { type CostPolicy, compilePolicy, DEFAULT_POLICY } from '../cost-policy.ts'

export const share = fc.double({ min: 0, max: 1, noNaN: true })
export const minor = fc.integer({ min: 0, max: 10_000_000 })

/** Any policy that compiles. */
export const policies: fc.Arbitrary<CostPolicy> = fc
  .record({
    marginRate: share,
    falseDeclineCostRate: share,
    fraudLossRate: share,
    chargebackFeeMinor: minor,
    challengeCostMinor: minor,
    challengeCatchRate: share,
    challengeFrictionRate: share,
    reviewCostMinor: minor,
    reviewCatchRate: share,
    reviewFrictionRate: share,
  })
  .map(costs => ({ ...DEFAULT_POLICY, ...costs }))
  .filter(policy => {
    try {
      compilePolicy(policy)
      return true
    } catch {
      return false
    }
  })
