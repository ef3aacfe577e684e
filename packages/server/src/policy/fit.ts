import { chooseOutcome, expectedCosts } from './choose.ts'
import { type CostPolicy, compilePolicy } from './cost-policy.ts'

/** Orders that a policy is fitted on, one entry an order. No label is read, so any orders will do. */
export interface PolicyOrders {
  /** Calibrated. */
  readonly probabilities: ArrayLike<number>
  /** Minor units of the site's currency. */
  readonly amountsMinor: ArrayLike<number>
}

/** A policy whose reviews fit the reviewers. */
export interface FittedPolicy {
  /** The costs with `reviewShadowPriceMinor` set. */
  readonly policy: CostPolicy
  /** Orders that it sends to review, of those it was fitted on. */
  readonly reviews: number
  /** Orders that costs alone would send there. */
  readonly wanted: number
}

/**
 * Fits a policy to a review capacity: when more orders are worth a review than can be reviewed, a place in the queue
 * gets a price, and only orders for which a review saves more than that keep theirs. The price is the multiplier of
 * the capacity in the Lagrangian of "least expected cost with at most so many reviews" (H. Everett, 1963), so the
 * reviews kept are those that save most, and everything else gets the best of the other three answers.
 *
 * A decision still needs nothing but its own probability and amount, and keeps its thresholds (see {@link thresholds}).
 * Since no order's expected cost exceeds that of allowing it, the expected profit is never below that of allowing all.
 *
 * @param capacity share of the orders that can be reviewed, 0..1
 * @throws AtalayaError `invalid_policy` when the costs are not valid
 */
export function fitPolicy(orders: PolicyOrders, costs: CostPolicy, capacity: number): FittedPolicy {
  const { reviewShadowPriceMinor: _, ...free } = compilePolicy(costs).costs
  const savings = reviewSavings(orders, free)
  const places = Math.floor(capacity * orders.probabilities.length)
  const wanted = savings.length
  const firstLeftOut = savings[places]
  if (firstLeftOut === undefined) return { policy: free, reviews: wanted, wanted }
  // Whole minor units: the next above what the first order left out would save. Orders that save the same stay
  // together, so ties can leave places empty.
  for (let price = Math.ceil(firstLeftOut); ; price++) {
    const policy = { ...free, reviewShadowPriceMinor: price }
    const reviews = countReviews(orders, policy)
    if (reviews <= places) return { policy, reviews, wanted }
  }
}

/** What a review saves against the best other answer, of orders for which it is the best, the largest first. */
function reviewSavings({ probabilities, amountsMinor }: PolicyOrders, costs: CostPolicy): Float64Array {
  const savings: number[] = []
  for (let order = 0; order < probabilities.length; order++) {
    const risk = { probability: probabilities[order] as number, amountMinor: amountsMinor[order] as number }
    if (chooseOutcome(risk, costs).outcome !== 'review') continue
    const { allow, challenge, review, deny } = expectedCosts(risk, costs)
    savings.push(Math.min(allow, challenge, deny) - review)
  }
  return Float64Array.from(savings).sort().reverse()
}

function countReviews({ probabilities, amountsMinor }: PolicyOrders, policy: CostPolicy): number {
  let reviews = 0
  for (let order = 0; order < probabilities.length; order++) {
    const risk = { probability: probabilities[order] as number, amountMinor: amountsMinor[order] as number }
    if (chooseOutcome(risk, policy).outcome === 'review') reviews++
  }
  return reviews
}
