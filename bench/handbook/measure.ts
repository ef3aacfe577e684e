import { fileURLToPath } from 'node:url'
import type { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { averagePrecision, rank, rocAuc } from '../../packages/server/src/training/metrics/index.ts'
import { type Choice, fitAndScore } from '../public-data/fit.ts'
import { tableOf } from '../public-data/table.ts'
import { CHOICE } from './choice.ts'
import { type FoldFigures, type HandbookFigures, meanFigures } from './figures.ts'
import {
  cardPrecision,
  dayOf,
  FOLD_DAYS,
  type FoldDays,
  foldRows,
  foldsOf,
  type Payment,
} from './protocol.ts'

const DAY_MS = 86_400_000
const MAPPING = fileURLToPath(new URL('../../examples/mappings/handbook.json', import.meta.url))
/** Cards that are looked at a day. */
const CARDS = 100

/** First days of training of the published test. */
export const TEST_STARTS = ['2018-07-25', '2018-08-01', '2018-08-08', '2018-08-15'] as const

/** Weeks before them, for choosing: the tables of `docs/benchmarks.md` say why not the four that end there. */
export const VALIDATION_STARTS = ['2018-06-27', '2018-07-04', '2018-07-11', '2018-07-18'] as const

/** Payments with their feature rows, both in order of time. */
export interface Replayed {
  readonly table: FeatureTable
  readonly payments: readonly Payment[]
  readonly folds: readonly FoldDays[]
}

/**
 * Replays the whole history in order of time, a label entering it seven days after its payment.
 *
 * @param files parts of one history; the mapping is `examples/mappings/handbook.json`
 * @param starts first days of training, YYYY-MM-DD
 * @param say told of progress
 * @throws Error when a start is no date, comes twice or lies before the data; TrainingError
 */
export async function replayPayments(
  files: readonly string[],
  starts: readonly string[],
  say: (line: string) => void,
): Promise<Replayed> {
  const folds = foldsOf(starts)
  const toMs = Math.max(...folds.map(({ test }) => test.to)) * DAY_MS
  // Days between training and test are kept too: their frauds decide who is tested.
  const isInFold = (day: number) => folds.some(({ train, test }) => day >= train.from && day < test.to)
  let isFirst = true
  const { table, rows } = await tableOf(
    { files, mapping: MAPPING, toMs },
    ({ receivedAtMs }) => {
      const day = dayOf(receivedAtMs)
      const early = isFirst && folds.find(({ train }) => train.from < day)
      if (early) throw notInData(early)
      isFirst = false
      return isInFold(day)
    },
    ({ record, fraud }): Payment => ({
      day: dayOf(record.receivedAtMs),
      customer: record.transaction.account.id,
      fraud,
    }),
    say,
  )
  return { table, payments: rows, folds }
}

/**
 * Fits the training week of each fold and scores its test week.
 *
 * @throws Error when the data do not reach over a fold; XgboostError
 */
export function measureFolds(
  replayed: Replayed,
  choice: Choice = CHOICE,
  say: (line: string) => void = () => undefined,
): HandbookFigures {
  const folds = replayed.folds.map(fold => {
    const { figures } = measureFold(replayed, fold, choice)
    say(`fold ${fold.start} measured`)
    return figures
  })
  return { folds, mean: meanFigures(folds) }
}

/** Runs the protocol. @throws as {@link replayPayments} and {@link measureFolds} */
export async function measureHandbook(
  files: readonly string[],
  starts: readonly string[],
  say: (line: string) => void,
): Promise<HandbookFigures> {
  return measureFolds(await replayPayments(files, starts, say), CHOICE, say)
}

function notInData({ start }: FoldDays): Error {
  return new Error(
    `the data do not hold the fold of ${start}: it needs payments of ${FOLD_DAYS} days from then on; give all files that do, or another start`,
  )
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
  if (rows.train.length === 0 || rows.test.length === 0 || lastDay < fold.test.to - 1) throw notInData(fold)
  const judged = { scores: fitAndScore(table, rows, choice), labels: table.labels(rows.test) }
  const ranking = rank(judged)
  const tested = Array.from(rows.test, row => payments[row] as Payment)
  const cp100 = cardPrecision(tested, judged.scores, CARDS)
  return {
    figures: { start: fold.start, auc: rocAuc(ranking), ap: averagePrecision(ranking), cp100 },
    judged,
  }
}
