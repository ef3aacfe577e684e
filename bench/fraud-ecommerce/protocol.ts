import type { CurvePoint } from '../../packages/server/src/training/metrics/index.ts'

/** The first so many of the purchases train, the rest tests. */
const TRAIN_SHARE = 0.8

/** Of the training part: where fitting ends and where measuring ends, when parameters are chosen. */
const VALIDATION_FOLDS = [
  [0.5, 0.6],
  [0.6, 0.7],
  [0.7, 0.8],
  [0.8, 1],
] as const

/** Numbers of rows in order of time. */
export interface Split {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * The split that the benchmark measures.
 *
 * @param skipShare so much of the training part, from its beginning on, is history alone and not fitted
 */
export function testSplit(rows: number, skipShare: number): Split {
  const trainRows = Math.floor(rows * TRAIN_SHARE)
  return split(Math.floor(trainRows * skipShare), trainRows, rows)
}

/** Splits that leave the test untouched, for choosing. */
export function validationSplits(rows: number, skipShare: number): readonly Split[] {
  const trainRows = Math.floor(rows * TRAIN_SHARE)
  const at = (share: number) => Math.floor(trainRows * share)
  return VALIDATION_FOLDS.map(([from, to]) => split(at(skipShare), at(from), at(to)))
}

const split = (first: number, from: number, to: number): Split => ({
  train: Uint32Array.from({ length: from - first }, (_, row) => first + row),
  test: Uint32Array.from({ length: to - from }, (_, row) => from + row),
})

/**
 * The share of the frauds found while a share of the genuine rows is called fraud; along the straight line between
 * the two points of the ROC curve where no score gives that share itself.
 *
 * @param curve from the most suspicious score down
 */
export function recallAtFalsePositiveRate(curve: readonly CurvePoint[], rate: number): number {
  const after = curve.findIndex(({ falsePositiveRate }) => falsePositiveRate > rate)
  const origin = { falsePositiveRate: 0, recall: 0 }
  const before = (after < 0 ? curve.at(-1) : curve[after - 1]) ?? origin
  const next = curve[after]
  if (next === undefined) return before.recall
  const part = (rate - before.falsePositiveRate) / (next.falsePositiveRate - before.falsePositiveRate)
  return before.recall + part * (next.recall - before.recall)
}
