import type { EventContext, IpFacts } from '../events/payment-event.ts'
import {
  type FitPreScore,
  fitPreScores,
  type PreScoreStageOptions,
  type PreScores,
} from './prescore-stage.ts'
import type { Progress } from './progress.ts'
import type { RecordSource } from './source.ts'
import { type BuiltTable, buildTable } from './table.ts'

export interface PrepareOptions {
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  /** Fits the pre-score network; without it the rows have no pre-score. */
  readonly fitPreScore?: FitPreScore
  /** What the pre-score networks are fitted on. */
  readonly prescoreSplit: PreScoreStageOptions['split']
  readonly seed: number
  readonly progress: Progress
}

/** The feature table, with the networks whose scores are in it. */
export interface PreparedTable extends BuiltTable {
  readonly prescores: PreScores | null
}

/** Fits the pre-score networks, then replays the source into feature rows that carry their scores. */
export async function prepareTable(source: RecordSource, options: PrepareOptions): Promise<PreparedTable> {
  const { lookupIp, toSiteMinor, fitPreScore, prescoreSplit, seed, progress } = options
  const prescores =
    source.mayHaveSessions && fitPreScore
      ? await fitPreScores(source, { split: prescoreSplit, seed, progress, fitPreScore })
      : null
  progress.phase('features', source.rows)
  const built = await buildTable(source, {
    ...{ lookupIp, toSiteMinor, onProgress: done => progress.update(done) },
    ...(prescores && { prescore: prescores.scoreOf }),
  })
  return { ...built, prescores }
}
