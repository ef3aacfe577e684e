import { type CostPolicy, chooseOutcome, type Outcome } from '../../policy/index.ts'
import type { Scored, Weights } from './ranking.ts'

/**
 * What an order brought in the end, minor units: the margin of a good order that came through, less the shopper's
 * goodwill when it did not, less the loss and fee of a fraud that did. Catch and friction rates count in proportion.
 */
export function realisedProfitMinor(
  outcome: Outcome,
  fraud: boolean,
  amountMinor: number,
  policy: CostPolicy,
): number {
  const { cost, catchRate, frictionRate } = handling(outcome, policy)
  if (fraud) return -cost - (1 - catchRate) * (policy.fraudLossRate * amountMinor + policy.chargebackFeeMinor)
  const earned = (1 - frictionRate) * policy.marginRate - frictionRate * policy.falseDeclineCostRate
  return earned * amountMinor - cost
}

function handling(outcome: Outcome, policy: CostPolicy) {
  if (outcome === 'allow') return { cost: 0, catchRate: 0, frictionRate: 0 }
  if (outcome === 'deny') return { cost: 0, catchRate: 1, frictionRate: 1 }
  return outcome === 'challenge'
    ? {
        cost: policy.challengeCostMinor,
        catchRate: policy.challengeCatchRate,
        frictionRate: policy.challengeFrictionRate,
      }
    : {
        cost: policy.reviewCostMinor,
        catchRate: policy.reviewCatchRate,
        frictionRate: policy.reviewFrictionRate,
      }
}

/** Profit of each order under the policy's own choice and when all are allowed; minor units. */
export function profitByRow(
  { scores, labels }: Scored,
  amountsMinor: ArrayLike<number>,
  policy: CostPolicy,
): { readonly chosen: Float64Array; readonly allowed: Float64Array; readonly outcomes: Outcome[] } {
  const chosen = new Float64Array(scores.length)
  const allowed = new Float64Array(scores.length)
  const outcomes: Outcome[] = []
  for (let row = 0; row < scores.length; row++) {
    const amountMinor = amountsMinor[row] as number
    const fraud = labels[row] === 1
    const { outcome } = chooseOutcome({ probability: scores[row] as number, amountMinor }, policy)
    outcomes.push(outcome)
    chosen[row] = realisedProfitMinor(outcome, fraud, amountMinor, policy)
    allowed[row] = realisedProfitMinor('allow', fraud, amountMinor, policy)
  }
  return { chosen, allowed, outcomes }
}

/** Mean over rows. */
export function weightedMean(values: ArrayLike<number>, weights: Weights | null = null): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < values.length; row++) {
    const weight = weights === null ? 1 : (weights[row] as number)
    sum += weight * (values[row] as number)
    total += weight
  }
  return sum / total
}
