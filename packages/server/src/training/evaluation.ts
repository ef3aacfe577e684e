import type { CostPolicy, Outcome } from '../policy/index.ts'
import type { Estimate } from '../registry/index.ts'
import type { Judged } from './judged.ts'
import {
  atThreshold,
  averagePrecision,
  bootstrap,
  brierScore,
  expectedCalibrationError,
  profitByRow,
  rank,
  recallAtCapacity,
  rocAuc,
  weightedMean,
} from './metrics/index.ts'
import { outcomeShares } from './policy-report.ts'

export interface EvaluationOptions {
  /** Probability from which an order is called fraud in precision, recall and F1. */
  readonly threshold: number
  readonly policy: CostPolicy
  readonly seed: number
  readonly resamples?: number
}

/** Share of orders that reviewers can look at, for the recall at review capacity. */
export const REVIEW_CAPACITY = 0.01

const RESAMPLES = 200

/** Every figure of an evaluation, in the order it is printed, with what it means. */
export const FIGURES = {
  average_precision: 'average precision (AP)',
  roc_auc: 'ROC-AUC',
  precision: 'precision at the threshold',
  recall: 'recall at the threshold',
  f1_score: 'F1 at the threshold',
  value_detection_rate: 'share of the fraudulent money caught at the threshold',
  recall_at_capacity: `recall when the riskiest ${100 * REVIEW_CAPACITY} % are reviewed`,
  brier: 'Brier score',
  expected_calibration_error: 'expected calibration error',
  net_profit_per_order_minor: 'profit an order under the cost policy, minor units',
  profit_gain_per_order_minor: 'of that, more than if all were allowed',
} as const
export type FigureName = keyof typeof FIGURES

export interface Evaluation {
  readonly rows: number
  readonly frauds: number
  readonly figures: Readonly<Record<FigureName, Estimate>>
  readonly oracle: { readonly averagePrecision: Estimate; readonly share: Estimate } | null
  /** Share of orders by outcome of the cost policy. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
}

/** Measures judged rows; every figure with its 95 % bootstrap interval. */
export function evaluate(judged: Judged, options: EvaluationOptions): Evaluation {
  const { margins, probabilities, labels, amountsMinor, oracle } = judged
  const calibrated = { scores: probabilities, labels }
  const byMargin = rank({ scores: margins, labels })
  const byProbability = rank(calibrated)
  const byOracle = oracle && rank({ scores: oracle, labels })
  const { chosen, allowed, outcomes } = profitByRow(calibrated, amountsMinor, options.policy)
  const rows = labels.length
  const estimates = bootstrap(
    rows,
    weights => {
      const found = atThreshold(calibrated, amountsMinor, options.threshold, weights)
      const ap = averagePrecision(byMargin, weights)
      const oracleAp = byOracle ? averagePrecision(byOracle, weights) : Number.NaN
      const profit = weightedMean(chosen, weights)
      return {
        average_precision: ap,
        roc_auc: rocAuc(byMargin, weights),
        precision: found.precision,
        recall: found.recall,
        f1_score: found.f1,
        value_detection_rate: found.valueDetectionRate,
        recall_at_capacity: recallAtCapacity(byMargin, REVIEW_CAPACITY, weights),
        brier: brierScore(calibrated, weights),
        expected_calibration_error: expectedCalibrationError(byProbability, weights),
        net_profit_per_order_minor: profit,
        profit_gain_per_order_minor: profit - weightedMean(allowed, weights),
        oracle: oracleAp,
        share: ap / oracleAp,
      }
    },
    { resamples: options.resamples ?? RESAMPLES, seed: options.seed },
  )
  const { oracle: averagePrecisionOfOracle, share, ...figures } = estimates
  return {
    rows,
    frauds: Array.from(labels).reduce((sum, label) => sum + label, 0),
    figures,
    oracle: oracle && { averagePrecision: averagePrecisionOfOracle, share },
    outcomes: outcomeShares(outcomes),
  }
}

/** The evaluation as a table of text. */
export function evaluationTable(
  { rows, frauds, figures, oracle, outcomes }: Evaluation,
  threshold: number,
): string {
  const names = Object.keys(FIGURES) as FigureName[]
  const line = (what: string, { value, low, high }: Estimate) =>
    `  ${what.padEnd(56)}${format(value).padStart(10)}   ${format(low)} to ${format(high)}`
  const parts = Object.entries(outcomes).map(([outcome, share]) => `${outcome} ${(100 * share).toFixed(2)} %`)
  return [
    `${rows} orders, ${frauds} frauds (${((100 * frauds) / rows).toFixed(2)} %); threshold ${format(threshold)}`,
    `  ${''.padEnd(56)}${'value'.padStart(10)}   95 % interval`,
    ...names.map(name => line(FIGURES[name], figures[name])),
    ...(oracle
      ? [
          line('attainable average precision (oracle)', oracle.averagePrecision),
          line('share of it that is reached', oracle.share),
        ]
      : []),
    `  outcomes of the cost policy: ${parts.join(', ')}`,
  ].join('\n')
}

function format(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4)
}
