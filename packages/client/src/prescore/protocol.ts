import type { SignalVector } from '../contract/signals.ts'

/** What a page asks of the pre-score worker. Without a vector the worker only gets ready. */
export interface ScoreRequest {
  readonly version: string
  readonly id: number
  readonly modelUrl: string
  readonly modelId: string
  readonly vector: SignalVector | null
}

/** The worker's answer; `null` when there is no score, another version's worker always says so. */
export interface ScoreReply {
  readonly version: string
  readonly id: number
  readonly score: number | null
}

/** Scores a vector with a model that it loads by URL, once. */
export type Scorer = (
  modelUrl: string,
  modelId: string,
  vector: SignalVector | null,
) => Promise<number | null>
