import type { DeliveryRows } from './delivery-rows.ts'
import type { FeatureList } from './feature-values.ts'
import type { FollowUpRows } from './follow-up-rows.ts'
import type { CommitRows, TokenUseRows } from './rows.ts'

/** What one member of a batch inserts. */
export type BatchRows = CommitRows | TokenUseRows | FollowUpRows | DeliveryRows

/** What the writer's thread is started with. */
export interface WriterData {
  readonly path: string
  readonly featureList: FeatureList
}

/** What the writer thread is asked; it answers each with one {@link WriterReply}, in order. */
export type WriterRequest =
  | { readonly kind: 'commit'; readonly batch: readonly BatchRows[] }
  | { readonly kind: 'purge'; readonly nowMs: number }
  | { readonly kind: 'close' }

export type WriterReply =
  /** The database is open and of this build's schema. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'done' }
  | { readonly kind: 'fault'; readonly code: string; readonly message: string; readonly mend: string }
