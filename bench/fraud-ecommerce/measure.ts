import { fileURLToPath } from 'node:url'
import type { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { averagePrecision, rank, rocAuc } from '../../packages/server/src/training/metrics/index.ts'
import { type Choice, fitAndScore } from '../public-data/fit.ts'
import { tableOf } from '../public-data/table.ts'

const MAPPING = fileURLToPath(new URL('../../examples/mappings/fraud-ecommerce.json', import.meta.url))
const TRAIN_SHARE = 0.8

/** Of the training part: where fitting ends and where measuring ends, when parameters are chosen. */
const VALIDATION_FOLDS = [
  [0.5, 0.6],
  [0.6, 0.7],
  [0.7, 0.8],
  [0.8, 1],
] as const

/** What validation chose; `docs/benchmarks.md` has the table. */
const CHOICE: Choice = {
  params: { seed: 1, max_bin: 1024, max_depth: 1, eta: 0.3, subsample: 0.9, colsample_bytree: 0.6 },
  rounds: 400,
}

/** Figures of one split in time. */
export interface SplitFigures {
  readonly rows: { readonly train: number; readonly test: number; readonly frauds: number }
  readonly auc: number
  readonly ap: number
}

/**
 * Replays the purchases in order of time, fits the earlier ones and measures later ones.
 *
 * @param validate false: fits the first four fifths and measures the rest. True: looks at the first four fifths
 *   alone, and gives the folds that parameters are chosen on
 */
export async function measureFraudEcommerce(
  files: readonly string[],
  say: (line: string) => void,
  validate: boolean,
): Promise<readonly SplitFigures[]> {
  const { table } = await tableOf(
    { files, mapping: MAPPING },
    () => true,
    () => null,
    say,
  )
  const trainRows = Math.floor(table.rows * TRAIN_SHARE)
  if (!validate) return [measureSplit(table, trainRows, table.rows)]
  return VALIDATION_FOLDS.map(([from, to]) =>
    measureSplit(table, Math.floor(trainRows * from), Math.floor(trainRows * to)),
  )
}

/** Fits the rows before `from` and measures those from there to `to`. */
function measureSplit(table: FeatureTable, from: number, to: number): SplitFigures {
  const train = Uint32Array.from({ length: from }, (_, row) => row)
  const test = Uint32Array.from({ length: to - from }, (_, row) => from + row)
  const scores = fitAndScore(table, { train, test }, CHOICE)
  const labels = table.labels(test)
  const ranking = rank({ scores, labels })
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  return {
    rows: { train: train.length, test: test.length, frauds },
    auc: rocAuc(ranking),
    ap: averagePrecision(ranking),
  }
}
