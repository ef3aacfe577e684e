import { fileURLToPath } from 'node:url'
import type { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { averagePrecision, curve, rank, rocAuc } from '../../packages/server/src/training/metrics/index.ts'
import { fitAndScore } from '../public-data/fit.ts'
import { tableOf } from '../public-data/table.ts'
import { CHOICE, type SplitChoice } from './choice.ts'
import { recallAtFalsePositiveRate, type Split, testSplit, validationSplits } from './protocol.ts'

const MAPPING = fileURLToPath(new URL('../../examples/mappings/fraud-ecommerce.json', import.meta.url))
const FALSE_POSITIVE_RATE = 0.01

/** Figures of rows that a model has not seen. */
export interface Figures {
  readonly auc: number
  readonly ap: number
  /** Recall at 1 % false positives. */
  readonly recallFpr1: number
}

/** Figures of one split in time. */
export interface SplitFigures extends Figures {
  /** Purchases that were fitted, purchases measured, and the frauds among these. */
  readonly rows: { readonly train: number; readonly test: number; readonly frauds: number }
}

/** Figures of one choice: means over validation folds and seeds. */
export interface VariantFigures extends Figures {
  readonly what: string
}

/** Replays the purchases in order of time, each with the features of its moment. */
export async function replayPurchases(
  files: readonly string[],
  say: (line: string) => void,
): Promise<FeatureTable> {
  const { table } = await tableOf(
    { files, mapping: MAPPING },
    () => true,
    () => null,
    say,
  )
  return table
}

/** Fits the first four fifths, measures the rest. @throws Error when a part has one class only */
export function measureTest(table: FeatureTable): SplitFigures {
  return measureSplit(table, testSplit(table.rows, CHOICE.skipShare), CHOICE)
}

/** The folds inside the first four fifths that a choice is judged by. @throws Error when a part has one class only */
export function measureValidation(table: FeatureTable, choice: SplitChoice = CHOICE): SplitFigures[] {
  return validationSplits(table.rows, choice.skipShare).map(split => measureSplit(table, split, choice))
}

/** Plain means. */
export function meanFigures(all: readonly Figures[]): Figures {
  const mean = (figure: keyof Figures) => all.reduce((sum, next) => sum + next[figure], 0) / all.length
  return { auc: mean('auc'), ap: mean('ap'), recallFpr1: mean('recallFpr1') }
}

function measureSplit(table: FeatureTable, split: Split, choice: SplitChoice): SplitFigures {
  const labels = table.labels(split.test)
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  if (new Set(table.labels(split.train)).size < 2 || new Set(labels).size < 2)
    throw new Error(
      `${table.rows} purchases are too few: both parts of a split in time need frauds and genuine ones`,
    )
  const ranking = rank({ scores: fitAndScore(table, split, choice), labels })
  return {
    rows: { train: split.train.length, test: split.test.length, frauds },
    auc: rocAuc(ranking),
    ap: averagePrecision(ranking),
    recallFpr1: recallAtFalsePositiveRate(curve(ranking), FALSE_POSITIVE_RATE),
  }
}
