import { type Calibration, calibrate } from '../../model/calibration.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import { TreeShap } from '../../model/shap.ts'
import { margin } from '../../model/trees.ts'
import { parseXgboostJson } from '../../model/xgboost-json.ts'
import type { Xgboost } from './engine.ts'

/** The forms of one model, as they will be published, and rows to compare them on. */
export interface ParityInput {
  readonly xgboost: Xgboost
  /** XGBoost JSON. */
  readonly model: Uint8Array
  readonly onnx: Uint8Array
  readonly calibration: Calibration
  /** Row-major sample; each row is compared as it is and again with every fifth value missing. */
  readonly values: Float32Array
  readonly columns: readonly string[]
}

/** The largest absolute differences found, and whether the model may be published. */
export interface ParityReport {
  /** Rows compared, with and without extra missing values. */
  readonly rows: number
  /** Trees in TypeScript against XGBoost, log-odds. */
  readonly treesMargin: number
  /** ONNX against XGBoost, log-odds. */
  readonly onnxMargin: number
  /** ONNX against the calibration applied to XGBoost's margin. */
  readonly onnxProbability: number
  /** TreeSHAP in TypeScript against XGBoost's `pred_contribs`, log-odds, over the first rows. */
  readonly contributions: number
  /** What is beyond its limit, in words; empty if the model may be published. */
  readonly faults: readonly string[]
}

/** Largest differences allowed: float32 sums in another order, and XGBoost's float32 SHAP sums. */
export const PARITY_LIMITS = {
  treesMargin: 5e-6,
  onnxMargin: 5e-6,
  onnxProbability: 1e-6,
  contributions: 1e-5,
} as const

/** Explanations cost most; so many rows of each kind are compared. */
const EXPLAINED_ROWS = 100

/**
 * The export gate: compares every published form of a model with XGBoost itself.
 *
 * @throws ModelError or XgboostError if one of the files cannot be read
 */
export async function checkParity(input: ParityInput): Promise<ParityReport> {
  const { xgboost, columns, calibration } = input
  const values = withMissing(input.values, columns.length)
  const width = columns.length
  const rows = values.length / width
  const trees = parseXgboostJson(input.model)
  using booster = xgboost.load(input.model)
  using matrix = xgboost.matrix({ values, columns })
  const margins = booster.margins(matrix)
  const scorer = await createScorer(input.onnx, columns)
  const scores = await scorer.scoreBatch(values, rows)
  await scorer.close()

  let treesMargin = 0
  let onnxMargin = 0
  let onnxProbability = 0
  for (let row = 0; row < rows; row++) {
    const expected = margins[row] as number
    const own = margin(trees, values.subarray(row * width, (row + 1) * width))
    treesMargin = worse(treesMargin, own, expected)
    onnxMargin = worse(onnxMargin, scores.margins[row] as number, expected)
    onnxProbability = worse(
      onnxProbability,
      scores.probabilities[row] as number,
      calibrate(calibration, expected),
    )
  }
  // The rows lie in pairs, so the first ones hold both kinds.
  const explained = values.subarray(0, Math.min(rows, 2 * EXPLAINED_ROWS) * width)
  using explainedMatrix = xgboost.matrix({ values: explained, columns })
  const contributions = compareContributions(
    new TreeShap(trees),
    explained,
    width,
    booster.contributions(explainedMatrix),
  )
  const found = { treesMargin, onnxMargin, onnxProbability, contributions }
  return { rows, ...found, faults: faultsOf(found) }
}

function compareContributions(
  shap: TreeShap,
  values: Float32Array,
  width: number,
  expected: Float32Array,
): number {
  let worst = 0
  for (let row = 0; row < values.length / width; row++) {
    const { contributions, bias } = shap.explain(values.subarray(row * width, (row + 1) * width))
    for (let column = 0; column < width; column++)
      worst = worse(worst, contributions[column] as number, expected[row * (width + 1) + column] as number)
    worst = worse(worst, bias, expected[row * (width + 1) + width] as number)
  }
  return worst
}

/** NaN counts as infinitely far, so that it cannot hide. */
function worse(worst: number, actual: number, expected: number): number {
  const difference = Math.abs(actual - expected)
  return Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
}

/** Each row, followed by a copy that lacks every fifth value, shifted from row to row so that each column is hit. */
function withMissing(values: Float32Array, width: number): Float32Array {
  const doubled = new Float32Array(values.length * 2)
  for (let row = 0; row < values.length / width; row++) {
    const source = values.subarray(row * width, (row + 1) * width)
    doubled.set(source, 2 * row * width)
    doubled.set(
      source.map((value, column) => ((row + column) % 5 === 0 ? Number.NaN : value)),
      (2 * row + 1) * width,
    )
  }
  return doubled
}

function faultsOf(found: Readonly<Record<keyof typeof PARITY_LIMITS, number>>): string[] {
  const names = Object.keys(PARITY_LIMITS) as (keyof typeof PARITY_LIMITS)[]
  return names
    .filter(name => found[name] > PARITY_LIMITS[name])
    .map(name => `${name} differs from XGBoost by ${found[name]}; at most ${PARITY_LIMITS[name]} is allowed`)
}
