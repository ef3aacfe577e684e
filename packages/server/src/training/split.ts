import { TrainingError } from './errors.ts'
import { type FeatureTable, type RowFacts, UNKNOWN_LABEL } from './feature-table.ts'

const DAY_MS = 86_400_000
/** Share of labels that have arrived by the maturity, when none is given. */
const MATURE_SHARE = 0.8
const MIN_FRAUDS = { train: 20, validation: 5, calibration: 5, test: 5 } as const

export interface SplitOptions {
  /** Share of all rows that comes last and is tested on, unless `testFromMs` says when it starts. */
  readonly testShare: number
  readonly testFromMs?: number
  /** Shares of the learning rows that stop the boosting and that fit the calibration. */
  readonly validationShare: number
  readonly calibrationShare: number
  /** Age from which a row may be learnt from; default the age by which 80 % of each class's labels are known. */
  readonly maturityDays?: number
}

export const DEFAULT_SPLIT: SplitOptions = { testShare: 0.2, validationShare: 0.15, calibrationShare: 0.15 }

/** Row numbers of the slices, each later than the one before. */
export interface Split {
  /** The moment training stands at: the first test row's. Labels observed later are unknown to it. */
  readonly labelsKnownAtMs: number
  readonly maturityDays: number
  readonly train: Uint32Array
  readonly validation: Uint32Array
  readonly calibration: Uint32Array
  readonly test: Uint32Array
}

/**
 * Splits rows in time as a model is really made: it is trained at one moment, on rows old enough for their labels to
 * have arrived, and judges what comes later. Between the newest row that can be learnt from and the first that is
 * judged lies the label delay: rows there are used by nobody, since those labels that are early are mostly fraud.
 *
 * Learning rows are further divided in time into training, validation (early stopping) and calibration.
 *
 * @throws TrainingError `data_too_few_labels` naming the slice
 */
export function splitByTime(table: FeatureTable, options: SplitOptions): Split {
  const { labelsKnownAtMs, maturityDays, rows } = learnableRows(table, options)
  const test = rowsWhere(
    table,
    ({ receivedAtMs, label }) => label !== UNKNOWN_LABEL && receivedAtMs >= labelsKnownAtMs,
  )
  const split = { labelsKnownAtMs, maturityDays, ...divide(rows, options), test }
  for (const slice of ['train', 'validation', 'calibration', 'test'] as const)
    checkClasses(table, split[slice], slice, maturityDays)
  return split
}

/** Rows that can be learnt from at the moment of training. */
export interface Learnable extends Pick<Split, 'labelsKnownAtMs' | 'maturityDays'> {
  readonly rows: Uint32Array
}

/** The rows that are old enough, and whose labels were observed, when the test slice begins. */
export function learnableRows(table: FeatureTable, options: SplitOptions): Learnable {
  checkShares(options)
  const labelsKnownAtMs =
    options.testFromMs ?? table.facts(Math.floor(table.rows * (1 - options.testShare))).receivedAtMs
  const maturityDays = options.maturityDays ?? labelMaturityDays(table, labelsKnownAtMs)
  const rows = rowsWhere(table, facts => isKnownAt(facts, labelsKnownAtMs, maturityDays))
  return { labelsKnownAtMs, maturityDays, rows }
}

/** True if a row came before then, had its label by then, and was old enough for that to say nothing about the label. */
export function isKnownAt(
  { receivedAtMs, label, labelObservedAtMs }: RowFacts,
  atMs: number,
  maturityDays: number,
): boolean {
  const isMature = receivedAtMs < atMs && receivedAtMs + maturityDays * DAY_MS <= atMs
  return label !== UNKNOWN_LABEL && isMature && labelObservedAtMs <= atMs
}

function rowsWhere(table: FeatureTable, keeps: (facts: RowFacts) => boolean): Uint32Array {
  const rows: number[] = []
  for (let row = 0; row < table.rows; row++) if (keeps(table.facts(row))) rows.push(row)
  return Uint32Array.from(rows)
}

/** Divides learnable rows, in order of time, into training, validation and calibration. */
export function divide(
  rows: Uint32Array,
  { validationShare, calibrationShare }: SplitOptions,
): Pick<Split, 'train' | 'validation' | 'calibration'> {
  const calibrationFrom = Math.floor(rows.length * (1 - calibrationShare))
  const validationFrom = Math.floor(rows.length * (1 - calibrationShare - validationShare))
  return {
    train: rows.slice(0, validationFrom),
    validation: rows.slice(validationFrom, calibrationFrom),
    calibration: rows.slice(calibrationFrom),
  }
}

function checkShares({ testShare, validationShare, calibrationShare }: SplitOptions): void {
  const fits = (share: number) => share > 0 && share < 1
  if ([testShare, validationShare, calibrationShare, validationShare + calibrationShare].every(fits)) return
  throw new TrainingError(
    'training_options',
    `the shares of test (${testShare}), validation (${validationShare}) and calibration (${calibrationShare}) leave nothing to train on`,
    'Give shares between 0 and 1 whose sum of validation and calibration is below 1.',
  )
}

/** Whole days by which `MATURE_SHARE` of the labels of each class were known, over rows before the given moment. */
function labelMaturityDays(table: FeatureTable, beforeMs: number): number {
  const delays: Record<number, number[]> = { 0: [], 1: [] }
  for (let row = 0; row < table.rows; row++) {
    const { receivedAtMs, label, labelObservedAtMs } = table.facts(row)
    if (receivedAtMs < beforeMs) delays[label]?.push(labelObservedAtMs - receivedAtMs)
  }
  const ages = Object.values(delays).map(list => {
    list.sort((a, b) => a - b)
    return list[Math.floor(MATURE_SHARE * (list.length - 1))] ?? 0
  })
  return Math.max(0, Math.ceil(Math.max(...ages) / DAY_MS))
}

/** @throws TrainingError `data_too_few_labels` naming the slice */
export function checkClasses(
  table: FeatureTable,
  rows: Uint32Array,
  slice: keyof typeof MIN_FRAUDS,
  maturityDays: number,
  where = '',
): void {
  const frauds = rows.reduce((sum, row) => sum + table.facts(row).label, 0)
  const name = `${slice === 'train' ? 'training' : slice} slice${where}`
  const mend =
    `Give more data or a longer time, or move the slices; rows can be learnt from ${maturityDays} days after they ` +
    'arrived, when their labels are known.'
  const fail = (what: string) => new TrainingError('data_too_few_labels', what, mend)
  if (rows.length === 0) throw fail(`the ${name} has no rows with a known label`)
  if (frauds === rows.length)
    throw fail(`all ${rows.length} rows of the ${name} are fraud: there is one class only`)
  if (frauds === 0) throw fail(`the ${name} has ${rows.length} rows and no fraud: there is one class only`)
  if (frauds < MIN_FRAUDS[slice])
    throw fail(`the ${name} has ${frauds} frauds; at least ${MIN_FRAUDS[slice]} are needed`)
}
