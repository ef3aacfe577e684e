import { fileURLToPath } from 'node:url'
import type { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { averagePrecision, rank, rocAuc } from '../../packages/server/src/training/metrics/index.ts'
import { type Choice, fitAndScore } from '../public-data/fit.ts'
import { tableOf } from '../public-data/table.ts'
import { CHOICE } from './choice.ts'
import { type FoldFigures, type HandbookFigures, meanFigures } from './figures.ts'
import { cardPrecision, dayOf, type FoldDays, foldDays, foldRows, type Payment } from './protocol.ts'

const DAY_MS = 86_400_000
const MAPPING = fileURLToPath(new URL('../../examples/mappings/handbook.json', import.meta.url))
/** Cards that are looked at a day. */
const CARDS = 100

/** First days of training of the published test. */
export const TEST_STARTS = ['2018-07-25', '2018-08-01', '2018-08-08', '2018-08-15'] as const

/** Payments with their feature rows, both in order of time. */
export interface Replayed {
  readonly table: FeatureTable
  readonly payments: readonly Payment[]
}

/**
 * Runs the protocol: the whole history is replayed in order of time, a label entering it seven days after its
 * payment; of each fold the training week is fitted and the test week scored.
 *
 * @param files parts of one history; the mapping is `examples/mappings/handbook.json`
 * @param starts first days of training, YYYY-MM-DD
 * @param say told of progress
 * @throws Error when a start is no date or the data do not reach over a fold; TrainingError, XgboostError
 */
export async function measureHandbook(
  files: readonly string[],
  starts: readonly string[],
  say: (line: string) => void,
): Promise<HandbookFigures> {
  const days = starts.map(foldDays)
  const replayed = await replay(files, days, say)
  const folds = days.map(fold => {
    const { figures } = measureFold(replayed, fold, CHOICE)
    say(`fold ${fold.start} measured`)
    return figures
  })
  return { folds, mean: meanFigures(folds) }
}

/** Replays the whole history and keeps the rows of some folds. @throws TrainingError */
export async function replay(
  files: readonly string[],
  folds: readonly FoldDays[],
  say: (line: string) => void,
): Promise<Replayed> {
  const toMs = Math.max(...folds.map(({ test }) => test.to)) * DAY_MS
  // Days between training and test are kept too: their frauds decide who is tested.
  const isInFold = (day: number) => folds.some(({ train, test }) => day >= train.from && day < test.to)
  const { table, rows } = await tableOf(
    { files, mapping: MAPPING, toMs },
    record => isInFold(dayOf(record.receivedAtMs)),
    ({ record, fraud }): Payment => ({
      day: dayOf(record.receivedAtMs),
      customer: record.transaction.account.id,
      fraud,
    }),
    say,
  )
  return { table, payments: rows }
}

/** The figures of a fold, with the scores and truth they were measured on. */
export interface MeasuredFold {
  readonly figures: FoldFigures
  /** Log-odds and labels of the tested payments. */
  readonly judged: { readonly scores: Float32Array; readonly labels: Float32Array }
}

/** Fits a fold's training week and measures its test week. @throws Error when the data do not reach over the fold */
export function measureFold({ table, payments }: Replayed, fold: FoldDays, choice: Choice): MeasuredFold {
  const rows = foldRows(payments, fold)
  const lastDay = payments.at(-1)?.day ?? 0
  if (rows.train.length === 0 || rows.test.length === 0 || lastDay < fold.test.to - 1)
    throw new Error(
      `the data do not hold the fold of ${fold.start}: it needs payments of 21 days from then on; give all files that do`,
    )
  const judged = { scores: fitAndScore(table, rows, choice), labels: table.labels(rows.test) }
  const ranking = rank(judged)
  const tested = Array.from(rows.test, row => payments[row] as Payment)
  const cp100 = cardPrecision(tested, judged.scores, CARDS)
  return {
    figures: { start: fold.start, auc: rocAuc(ranking), ap: averagePrecision(ranking), cp100 },
    judged,
  }
}
