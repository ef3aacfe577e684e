import { createPreScorer, type PreScoreModel, SIGNALS, type SignalVector } from '@atalaya/client/contract'
import type { HistoryRecord } from '../records/record.ts'
import type { Manifest } from '../registry/index.ts'
import { FeatureTable, UNKNOWN_LABEL } from './feature-table.ts'
import { averagePrecision, bootstrap, rank } from './metrics/index.ts'
import type { Examples } from './prescore/examples.ts'
import type { Progress } from './progress.ts'
import { type RecordSource, readSource } from './source.ts'
import type { Split } from './split.ts'

/** Fits the pre-score network on the first examples, stopping by the second, which are later. */
export type FitPreScore = (
  training: Examples,
  validation: Examples,
  options: { readonly seed: number; readonly onEpoch: (epoch: number, epochs: number) => void },
) => Promise<PreScoreModel>

/** The networks of one training. */
export interface PreScores {
  /** The one that is published; it scores everything but the training slice. */
  readonly model: PreScoreModel
  /** Pre-score of a record, by its place in the source; null without signals. */
  readonly scoreOf: (record: HistoryRecord, index: number) => number | null
  /** Tells of the published network; its AP over the given rows counts a missing score as the lowest. */
  readonly describe: (table: FeatureTable, rows: Uint32Array) => NonNullable<Manifest['prescore']>
}

export interface PreScoreStageOptions {
  /** Slices of the records, by the table of their signals: what the networks are fitted on ends where `test` begins. */
  readonly split: (sessions: FeatureTable) => Split
  readonly seed: number
  readonly progress: Progress
  readonly fitPreScore: FitPreScore
}

const FITTED_BY =
  'training slice; scores of the training slice itself come from two networks, each fitted on the other half in time'

/**
 * Fits the pre-score network before the feature table is made, since its score is a column there. A network knows its
 * own training rows too well: trees that saw such scores would trust them too much. So the training rows are scored
 * by two networks, each fitted on the other half in time, and everything else by one fitted on all of them.
 *
 * @returns null when no labelled session carries signals
 */
export async function fitPreScores(
  source: RecordSource,
  options: PreScoreStageOptions,
): Promise<PreScores | null> {
  const { seed, progress, fitPreScore } = options
  progress.phase('sessions', source.rows)
  const sessions = await readSessions(source, progress)
  const split = options.split(sessions)
  const middle = split.train[Math.floor(split.train.length / 2)] ?? 0
  const validation = examples(sessions, split.validation)
  const early = examples(
    sessions,
    split.train.filter(row => row < middle),
  )
  const late = examples(
    sessions,
    split.train.filter(row => row >= middle),
  )
  const all = examples(sessions, split.train)
  if (![early, late, validation].every(({ labels }) => labels.includes(1) && labels.includes(0))) return null

  progress.phase('pre-score network', null)
  const fit = (training: Examples) =>
    fitPreScore(training, validation, {
      seed,
      onEpoch: (epoch, epochs) => progress.update(epoch, `of ${epochs} epochs`),
    })
  const forEarly = createPreScorer(await fit(late))
  const forLate = createPreScorer(await fit(early))
  const model = await fit(all)
  const forRest = createPreScorer(model)
  const lastTrained = split.train.at(-1) ?? 0
  return {
    model,
    scoreOf: ({ session: { signals } }, index) => {
      if (signals === null) return null
      if (index > lastTrained) return forRest(signals)
      return index < middle ? forEarly(signals) : forLate(signals)
    },
    describe: (table, rows) => {
      const scores = table
        .gather(rows, [table.columns.indexOf('trans_risk_score')])
        .map(score => (Number.isNaN(score) ? -1 : score))
      const ranking = rank({ scores, labels: table.labels(rows) })
      const measure = (weights: ArrayLike<number> | null) => ({ ap: averagePrecision(ranking, weights) })
      const { ap } = bootstrap(rows.length, measure, { resamples: 200, seed })
      return { id: model.id, averagePrecision: ap, fittedBy: FITTED_BY }
    },
  }
}

/** Signals of every record, NaN where there are none, with what a split needs to know. */
async function readSessions(source: RecordSource, progress: Progress): Promise<FeatureTable> {
  const table = new FeatureTable(SIGNALS.map(([name]) => name))
  const missing = new Float32Array(SIGNALS.length).fill(Number.NaN)
  for await (const record of readSource(source, null, done => progress.update(done))) {
    const { session, label, receivedAtMs } = record
    table.add(
      {
        receivedAtMs,
        amountMinor: record.transaction.amountMinor,
        label: label === null ? UNKNOWN_LABEL : Number(label.fraud),
        labelObservedAtMs: label?.observedAtMs ?? Number.NaN,
        oracle: Number.NaN,
        attack: null,
      },
      session.signals === null ? missing : Float32Array.from(session.signals, value => value ?? Number.NaN),
    )
  }
  return table
}

/** The rows that have signals. Every signal is a small multiple of its step, so float32 keeps it whole. */
function examples(sessions: FeatureTable, rows: Uint32Array): Examples {
  const width = sessions.columns.length
  const values = sessions.gather(rows)
  const vectors: SignalVector[] = []
  const labels: number[] = []
  for (const [index, row] of rows.entries()) {
    const vector = Array.from(values.subarray(index * width, (index + 1) * width), value =>
      Number.isNaN(value) ? null : value,
    )
    if (vector.every(value => value === null)) continue
    vectors.push(vector)
    labels.push(sessions.facts(row).label)
  }
  return { vectors, labels }
}
