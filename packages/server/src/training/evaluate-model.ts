import { createPreScorer } from '@atalaya/client/contract'
import type { EventContext, IpFacts } from '../events/payment-event.ts'
import { createScorer } from '../model/onnx/scorer.ts'
import type { CostPolicy } from '../policy/index.ts'
import type { Manifest, StoredModel } from '../registry/index.ts'
import { type Assessment, assess } from './assess.ts'
import { measureDrift } from './drift.ts'
import { TrainingError } from './errors.ts'
import { type FeatureTable, UNKNOWN_LABEL } from './feature-table.ts'
import { judgedRows } from './judged.ts'
import { windowOf } from './manifest.ts'
import { capacityShare, type ReviewCapacity, shopPolicy } from './policy-report.ts'
import { type Progress, SILENT } from './progress.ts'
import type { RecordSource } from './source.ts'
import { buildTable } from './table.ts'

export interface EvaluateOptions {
  /** Costs of outcomes; fitted on the judged orders when a review capacity is given, which reads no label. */
  readonly policy: CostPolicy
  readonly reviewCapacity?: ReviewCapacity
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  /** Only orders from then on count; the earlier ones are their history. */
  readonly fromMs?: number
  readonly progress?: Progress
}

/** An assessment and what it was made on, so that another of the same orders can be found. */
export interface ModelAssessment extends Assessment {
  readonly measuredOn: { readonly dataSha256: string; readonly window: Manifest['windows']['test'] }
}

/**
 * Measures a stored model on a history: the whole of it is replayed, orders with a label are judged.
 *
 * @throws TrainingError `data_too_few_labels` without labels of both classes
 */
export async function evaluateModel(
  { manifest, onnx, prescore }: StoredModel,
  source: RecordSource,
  { policy, reviewCapacity, lookupIp, toSiteMinor, fromMs = 0, progress = SILENT }: EvaluateOptions,
): Promise<ModelAssessment> {
  const preScorer = prescore && createPreScorer(prescore)
  progress.phase('features', source.rows)
  const { table, sha256 } = await buildTable(source, {
    ...{ lookupIp, toSiteMinor, columns: manifest.columns },
    onProgress: done => progress.update(done),
    ...(preScorer && {
      prescore: ({ session: { signals } }) => (signals === null ? null : preScorer(signals)),
    }),
  })
  const rows = labelledRows(table, fromMs)
  progress.phase('evaluation', null)
  const scorer = await createScorer(onnx, manifest.columns)
  const { margins, probabilities } = await scorer.scoreBatch(table.gather(rows), rows.length)
  await scorer.close()
  const judged = judgedRows(table, rows, { margins, probabilities })
  const arrivals = table.arrivalsBetween(rows[0] ?? 0, rows.at(-1) ?? 0)
  const capacity = reviewCapacity ? capacityShare(reviewCapacity, arrivals) : null
  const { distributions } = manifest
  const assessment = assess(judged, {
    threshold: manifest.threshold.probability,
    seed: manifest.engine.seed,
    policy: shopPolicy(policy, capacity, judged),
    drift: distributions ? measureDrift(distributions, table, manifest.columns, rows, margins) : null,
  })
  return { ...assessment, measuredOn: { dataSha256: sha256, window: windowOf(table, rows) } }
}

function labelledRows(table: FeatureTable, fromMs: number): Uint32Array {
  const rows: number[] = []
  let frauds = 0
  for (let row = 0; row < table.rows; row++) {
    const { label, receivedAtMs } = table.facts(row)
    if (label === UNKNOWN_LABEL || receivedAtMs < fromMs) continue
    rows.push(row)
    frauds += label
  }
  if (frauds === 0 || frauds === rows.length)
    throw new TrainingError(
      'data_too_few_labels',
      `there are ${rows.length} labelled orders and ${frauds} frauds to measure on`,
      'Give a history with known labels of both kinds.',
    )
  return Uint32Array.from(rows)
}
