import { TrainingError } from './errors.ts'
import type { FeatureTable } from './feature-table.ts'
import { checkClasses, divide, isKnownAt, learnableRows, type Split, type SplitOptions } from './split.ts'

/** Share of the learnable rows that come before the first judged one. */
const WARM_UP_SHARE = 0.5

export interface FoldOptions {
  /** How many, one or more. */
  readonly count: number
  /** What a fold learns from: everything before its moment of training, or a window of constant length. */
  readonly window: 'expanding' | 'rolling'
  /** Where the test slice begins, which no fold touches, and how a fold divides what it learns from. */
  readonly split: SplitOptions
}

/** Row numbers of one fold, each slice later than the one before. */
export interface Fold extends Pick<Split, 'train' | 'validation' | 'calibration'> {
  /** The moment this fold stands at: the first judged row's. Labels observed later are unknown to it. */
  readonly trainedAtMs: number
  readonly judged: Uint32Array
}

export interface Folds {
  readonly folds: readonly Fold[]
  readonly maturityDays: number
}

/**
 * Folds in time inside the learning window, each a small copy of what is really done: a model is made at one moment
 * of what was known then, and judges what came next.
 *
 * The later half of the learnable rows is cut into blocks of equally many, one a fold. A block is judged by a model
 * that learnt from rows which, when the block began, were older than the label maturity and had their label; those
 * too young are used by nobody. The judged rows' own labels may have come later, but not later than the test slice.
 *
 * @throws TrainingError `training_options`; `data_too_few_labels` naming fold and slice
 */
export function foldsInTime(table: FeatureTable, { count, window, split }: FoldOptions): Folds {
  if (!Number.isInteger(count) || count < 1)
    throw new TrainingError(
      'training_options',
      `${count} folds cannot be made`,
      'Give a whole number from 1.',
    )
  const { rows, maturityDays } = learnableRows(table, split)
  const timeOf = (row: number) => table.facts(row).receivedAtMs
  const startsMs = Array.from({ length: count }, (_, fold) =>
    timeAt(rows, WARM_UP_SHARE + ((1 - WARM_UP_SHARE) * fold) / count, timeOf),
  )
  const spanMs = (startsMs[0] ?? 0) - timeAt(rows, 0, timeOf)
  const folds = startsMs.map((trainedAtMs, fold): Fold => {
    const untilMs = startsMs[fold + 1] ?? Number.POSITIVE_INFINITY
    const fromMs = window === 'rolling' ? trainedAtMs - spanMs : Number.NEGATIVE_INFINITY
    const known = rows.filter(
      row => timeOf(row) >= fromMs && isKnownAt(table.facts(row), trainedAtMs, maturityDays),
    )
    const judged = rows.filter(row => timeOf(row) >= trainedAtMs && timeOf(row) < untilMs)
    const where = ` of fold ${fold + 1}`
    const slices = divide(known, split)
    for (const slice of ['train', 'validation', 'calibration'] as const)
      checkClasses(table, slices[slice], slice, maturityDays, where)
    checkClasses(table, judged, 'test', maturityDays, where)
    return { trainedAtMs, ...slices, judged }
  })
  return { folds, maturityDays }
}

/** When the row arrived that has this share of the rows before it; never if there are no rows. */
function timeAt(rows: Uint32Array, share: number, timeOf: (row: number) => number): number {
  const row = rows[Math.floor(share * rows.length)]
  return row === undefined ? Number.POSITIVE_INFINITY : timeOf(row)
}
