import type { PreScoreModel } from '@atalaya/client/contract'
import type { Decision, Envelope, Versions } from '../decide/types.ts'
import type { RecomputePrescore } from '../token/verify.ts'

/** Everything that judges: model, rules, policy and pre-score networks, loaded once. */
export interface DecisionEngine {
  readonly versions: Versions
  /** Parts that could not be loaded, for example "model"; every decision made without them names them. */
  readonly degraded: readonly string[]
  judge(envelope: Envelope): Promise<Decision>
  /** Left out when no pre-score network is known. */
  readonly recomputePrescore?: RecomputePrescore
  /** Pre-score networks that pages may use, by id. */
  readonly prescoreModels: ReadonlyMap<string, PreScoreModel>
  close(): Promise<void>
}
