import type { PaymentEvent } from '../events/payment-event.ts'
import type { FeatureRow, FeatureValues, SiteSettings } from '../features/types.ts'
import type { HistoryViews } from '../history/types.ts'
import type { CompiledPolicy } from '../policy/cost-policy.ts'
import type { Outcome } from '../policy/outcome.ts'
import type { CompiledRules } from '../rules/compile.ts'
import type { FiredRule } from '../rules/rule.ts'
import type { ReasonCode } from './reason-codes.ts'

export { DECISIONS, type Outcome } from '../policy/outcome.ts'
export type { FiredRule } from '../rules/rule.ts'

/**
 * All that `decide()` read. It is stored with the decision, so the decision can be recomputed to the bit.
 *
 * @property degraded parts of the service that were missing when it was decided; "model" makes `decide()` do without
 */
export interface Envelope {
  readonly format: 'atalaya-envelope/1'
  readonly event: PaymentEvent
  readonly history: HistoryViews
  readonly site: SiteSettings
  readonly versions: Versions
  readonly degraded: readonly string[]
}

/** What judged: content-hash versions of everything that is not in the envelope itself. */
export interface Versions {
  /** Version of the scorer, "none" without one. */
  readonly model: string
  readonly policy: string
  readonly rules: string
  readonly features: string
  readonly prescore: string | null
}

/** A model as `decide` needs it. `row` holds the model's columns in its order, NaN for missing. */
export interface Scorer {
  readonly version: string
  readonly columns: readonly string[]
  /** Log-odds and calibrated probability of fraud. */
  score(row: Float32Array): Promise<{ readonly margin: number; readonly probability: number }>
  /** Exact SHAP values of the margin, one a column. */
  explain(row: Float32Array): Promise<Float64Array>
}

/** What judges, apart from the envelope. Without a scorer rules and the policy's fallback decide. */
export interface DecisionEngine {
  readonly scorer: Scorer | null
  readonly rules: CompiledRules
  readonly policy: CompiledPolicy
}

/** A reason code with its weight in the score. */
export interface Reason {
  readonly code: ReasonCode
  /** SHAP value in log-odds; positive raises the risk. */
  readonly contribution: number
  /** Features the code sums up, the weightiest first. */
  readonly features: readonly string[]
}

export type Challenge = 'three_d_secure' | 'one_time_code' | 'document_check'

/** The result of judging an envelope. */
export interface Decision {
  readonly decision: Outcome
  /** Calibrated probability of fraud, 0..1; null when no model could score. */
  readonly score: number | null
  /** Log-odds before calibration. */
  readonly margin: number | null
  /** What raised the score most, for any decision but allow. */
  readonly reasons: readonly Reason[]
  readonly rules: readonly FiredRule[]
  /** Expected loss of allowing it, minor units of the site's currency. */
  readonly expectedLossMinor: number | null
  /** What a challenge asks for, in order of preference; empty unless the decision is challenge. */
  readonly challenge: readonly Challenge[]
  /** By when a review must be decided (UTC epoch ms) and what happens then by itself. */
  readonly review: { readonly deadlineAtMs: number; readonly defaultAction: Outcome } | null
  readonly features: FeatureRow
}

/** A decision with its features' values, at the places of this build's catalogue, instead of their names. */
export interface Verdict extends Omit<Decision, 'features'> {
  readonly values: FeatureValues
}
