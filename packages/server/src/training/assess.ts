import type { CostPolicy } from '../policy/index.ts'
import { type AttackKind, byAttack, byWeek, type Week } from './breakdown.ts'
import type { Drift } from './drift.ts'
import { type Evaluation, evaluate, REVIEW_CAPACITY } from './evaluation.ts'
import type { Judged } from './judged.ts'
import { comparePolicies, type PolicyResult, type ShopPolicy } from './policy-report.ts'

/** All that is measured of a model on orders that it was not fitted on. */
export interface Assessment {
  readonly judged: Judged
  readonly evaluation: Evaluation
  /** Probability from which an order is called fraud. */
  readonly threshold: number
  readonly policy: ShopPolicy
  readonly policies: readonly PolicyResult[]
  readonly weeks: readonly Week[]
  /** Null for data that name no attacks. */
  readonly attacks: readonly AttackKind[] | null
  /** Null for a model that says nothing of the orders it was made on. */
  readonly drift: Drift | null
}

export interface AssessOptions {
  readonly threshold: number
  readonly policy: ShopPolicy
  readonly drift: Drift | null
  readonly seed: number
}

/** Measures judged orders in every way that the report shows. */
export function assess(judged: Judged, { threshold, policy, drift, seed }: AssessOptions): Assessment {
  const costs: CostPolicy = policy.costs
  return {
    ...{ judged, threshold, policy, drift },
    evaluation: evaluate(judged, { threshold, policy: costs, seed }),
    policies: comparePolicies(judged, policy, seed),
    weeks: byWeek(judged, threshold, seed),
    attacks: byAttack(judged, threshold, policy.reviewCapacity ?? REVIEW_CAPACITY),
  }
}
