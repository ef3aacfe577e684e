import { type CostPolicy, fitPolicy, type Outcome } from '../policy/index.ts'
import type { Estimate } from '../registry/index.ts'
import type { Judged } from './judged.ts'
import { bootstrap, profitByRow, type Scored, weightedMean } from './metrics/index.ts'

/** How many orders can be reviewed. */
export type ReviewCapacity = { readonly share: number } | { readonly perDay: number }

/** A policy with the capacity that it was fitted to. */
export interface ShopPolicy {
  readonly costs: CostPolicy
  /** Share of orders; null when reviews are not limited. */
  readonly reviewCapacity: number | null
  /** Of the orders it was fitted on: how many are reviewed, and how many costs alone would review. */
  readonly fitted: { readonly orders: number; readonly reviews: number; readonly wanted: number } | null
}

/** What one way to decide earns on the judged orders. */
export interface PolicyResult {
  readonly name: string
  /** Share of orders by outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  /** Profit an order and what it is more than when all are allowed, minor units. */
  readonly profit: Estimate
  readonly gain: Estimate
}

const DAY_MS = 86_400_000
const RESAMPLES = 200

/** A capacity as a share of orders that arrived at the given times. */
export function capacityShare(capacity: ReviewCapacity, receivedAtMs: ArrayLike<number>): number {
  if ('share' in capacity) return capacity.share
  const [first, last] = [receivedAtMs[0] ?? 0, receivedAtMs[receivedAtMs.length - 1] ?? 0]
  const days = Math.max(1, (last - first) / DAY_MS)
  return Math.min(1, (capacity.perDay * days) / receivedAtMs.length)
}

/** The shop's policy: its costs as they are, or fitted to a review capacity on the given orders. */
export function shopPolicy(
  costs: CostPolicy,
  capacity: number | null,
  orders: Pick<Judged, 'probabilities' | 'amountsMinor'>,
): ShopPolicy {
  if (capacity === null) return { costs, reviewCapacity: null, fitted: null }
  const { policy, reviews, wanted } = fitPolicy(orders, costs, capacity)
  return {
    costs: policy,
    reviewCapacity: capacity,
    fitted: { orders: orders.probabilities.length, reviews, wanted },
  }
}

/** The policy beside allowing all orders, and beside reviewers without limit when it was fitted to a capacity. */
export function comparePolicies(judged: Judged, { costs, fitted }: ShopPolicy, seed: number): PolicyResult[] {
  const { reviewShadowPriceMinor: _, ...free } = costs
  const scored: Scored = { scores: judged.probabilities, labels: judged.labels }
  const of = (policy: CostPolicy) => profitByRow(scored, judged.amountsMinor, policy)
  const ways = [
    { name: 'cost policy', ...of(costs) },
    ...(fitted ? [{ name: 'without a limit on reviews', ...of(free) }] : []),
  ]
  const allowed = ways[0]?.allowed ?? new Float64Array(0)
  const estimates = bootstrap(
    judged.labels.length,
    weights => {
      const none = weightedMean(allowed, weights)
      const profits = ways.map(({ chosen }) => weightedMean(chosen, weights))
      return Object.fromEntries([
        ['allowed', none],
        ...profits.flatMap((profit, way) => [
          [`profit ${way}`, profit],
          [`gain ${way}`, profit - none],
        ]),
      ]) as Record<string, number>
    },
    { resamples: RESAMPLES, seed },
  )
  const figure = (name: string) => estimates[name] ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN }
  const zero = { value: 0, low: 0, high: 0 }
  return [
    ...ways.map(({ name, outcomes }, way) => ({
      name,
      outcomes: outcomeShares(outcomes),
      profit: figure(`profit ${way}`),
      gain: figure(`gain ${way}`),
    })),
    { name: 'all allowed', outcomes: { allow: 1 }, profit: figure('allowed'), gain: zero },
  ]
}

/** Share of each outcome. */
export function outcomeShares(outcomes: readonly Outcome[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {}
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1
  for (const outcome of Object.keys(counts) as Outcome[])
    counts[outcome] = (counts[outcome] ?? 0) / outcomes.length
  return counts
}
