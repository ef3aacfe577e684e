import type { CostPolicy } from './cost-policy.ts'
import { DECISIONS, type Outcome } from './outcome.ts'

/** An order as the policy sees it. */
export interface Risk {
  /** Calibrated probability of fraud, 0..1. */
  readonly probability: number
  /** Minor units of the site's currency. */
  readonly amountMinor: number
}

/** Expected cost of every outcome, minor units of the site's currency, against the best that could be known. */
export type ExpectedCosts = { readonly [K in Outcome]: number }

/**
 * Expected cost of each outcome. A fraud that comes through costs its amount and the fee, a good order that does not
 * costs its margin and some of the shopper's goodwill; challenge and review cost something themselves, stop part of
 * the fraud and lose part of the good orders. Where reviewers are scarce, the review's cost includes the price of its
 * place in the queue.
 */
export function expectedCosts({ probability, amountMinor }: Risk, policy: CostPolicy): ExpectedCosts {
  const fraud = probability * (policy.fraudLossRate * amountMinor + policy.chargebackFeeMinor)
  const lostSale = (1 - probability) * (policy.marginRate + policy.falseDeclineCostRate) * amountMinor
  return {
    allow: fraud,
    challenge:
      policy.challengeCostMinor +
      (1 - policy.challengeCatchRate) * fraud +
      policy.challengeFrictionRate * lostSale,
    review:
      policy.reviewCostMinor +
      (policy.reviewShadowPriceMinor ?? 0) +
      (1 - policy.reviewCatchRate) * fraud +
      policy.reviewFrictionRate * lostSale,
    deny: lostSale,
  }
}

/** The outcome of least expected cost, the milder of two that cost the same. */
export function chooseOutcome(
  risk: Risk,
  policy: CostPolicy,
): { readonly outcome: Outcome; readonly costs: ExpectedCosts } {
  const costs = expectedCosts(risk, policy)
  const outcome = DECISIONS.reduce((best, next) => (costs[next] < costs[best] ? next : best))
  return { outcome, costs }
}

/** From which probability on an outcome is chosen for an amount. */
export interface Threshold {
  readonly outcome: Outcome
  readonly fromProbability: number
}

/**
 * Thresholds of an amount, by rising probability: costs are linear in the probability, so each outcome that is chosen
 * at all holds one stretch. Outcomes that are never the cheapest are left out.
 */
export function thresholds(amountMinor: number, policy: CostPolicy): readonly Threshold[] {
  const at = (probability: number) => expectedCosts({ probability, amountMinor }, policy)
  const none = at(0)
  const sure = at(1)
  const found: Threshold[] = []
  let current = chooseOutcome({ probability: 0, amountMinor }, policy).outcome
  let fromProbability = 0
  for (;;) {
    found.push({ outcome: current, fromProbability })
    let next: Threshold | undefined
    for (const outcome of DECISIONS.slice(DECISIONS.indexOf(current) + 1)) {
      // Where the two lines cross: none + p (sure - none) is the same for both.
      const gap = none[outcome] - none[current]
      const closing = sure[current] - none[current] - (sure[outcome] - none[outcome])
      if (closing <= 0) continue
      const crossing = Math.max(fromProbability, gap / closing)
      if (crossing < 1 && (next === undefined || crossing <= next.fromProbability)) {
        next = { outcome, fromProbability: crossing }
      }
    }
    if (next === undefined) return found
    current = next.outcome
    fromProbability = next.fromProbability
  }
}
