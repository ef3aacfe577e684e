import { type Calibration, calibrate, fitIsotonic, fitPlatt } from '../model/calibration.ts'
import type { FeatureTable } from './feature-table.ts'
import { averagePrecision, brierScore, rank } from './metrics/index.ts'
import type { Split } from './split.ts'
import type { Booster, BoosterParams, DataMatrix, Round, Xgboost } from './xgboost/index.ts'

/** How the trees are grown. */
export interface FitOptions {
  readonly seed: number
  readonly maxDepth: number
  readonly eta: number
  readonly maxRounds: number
  /** Rounds without a better validation figure after which boosting stops. */
  readonly patience: number
  readonly minChildWeight: number
  readonly subsample: number
  readonly columnSample: number
  /** Histogram sizes tried; the one with the best validation AP is kept. */
  readonly maxBins: readonly number[]
}

export const DEFAULT_FIT: Omit<FitOptions, 'seed'> = {
  maxDepth: 6,
  eta: 0.1,
  maxRounds: 400,
  patience: 40,
  minChildWeight: 1,
  subsample: 0.9,
  columnSample: 0.6,
  maxBins: [256, 1024],
}

/** A fitted model before calibration. The caller closes the booster. */
export interface Fitted {
  readonly booster: Booster
  readonly params: BoosterParams
  readonly rounds: number
  readonly columns: readonly string[]
  /** Their places in the table. */
  readonly places: readonly number[]
  readonly validationAveragePrecision: number
}

/** Columns of the table that have more than one value among the given rows; the rest can teach nothing. */
export function varyingColumns(table: FeatureTable, rows: Uint32Array): number[] {
  const values = table.gather(rows)
  const width = table.columns.length
  const varies = new Uint8Array(width)
  for (let at = width; at < values.length; at++) {
    const column = at % width
    if (varies[column] === 0 && !Object.is(values[at], values[column])) varies[column] = 1
  }
  return Array.from(varies.keys()).filter(column => varies[column] === 1)
}

/**
 * Boosts trees on the training slice, stopping by the log loss of the validation slice, for every histogram size, and
 * keeps the best by validation AP: coarse histograms can cost several hundredths of AP where amounts matter. With that
 * size and number of trees the model is then fitted on both slices, so that it has learnt from the latest rows too.
 */
export function fitTrees(
  xgboost: Xgboost,
  table: FeatureTable,
  split: Split,
  options: FitOptions,
  onRound: (round: Round, maxBin: number) => void,
): Fitted {
  const places = varyingColumns(table, split.train)
  const columns = places.map(place => table.columns[place] as string)
  const matrixOf = (rows: Uint32Array) =>
    xgboost.matrix({ values: table.gather(rows, places), columns, label: table.labels(rows) })
  const chosen = chooseRounds(xgboost, matrixOf, table, split, options, onRound)
  using both = matrixOf(Uint32Array.from([...split.train, ...split.validation]))
  const { booster } = xgboost.train({
    params: chosen.params,
    rounds: chosen.rounds,
    train: both,
    onRound: round => onRound(round, chosen.params.max_bin),
  })
  return { booster, ...chosen, columns, places }
}

interface ChosenRounds {
  readonly params: BoosterParams & { readonly max_bin: number }
  readonly rounds: number
  readonly validationAveragePrecision: number
}

function chooseRounds(
  xgboost: Xgboost,
  matrixOf: (rows: Uint32Array) => DataMatrix,
  table: FeatureTable,
  split: Split,
  options: FitOptions,
  onRound: (round: Round, maxBin: number) => void,
): ChosenRounds {
  using train = matrixOf(split.train)
  using validation = matrixOf(split.validation)
  const labels = table.labels(split.validation)
  const tried = options.maxBins.map(maxBin => {
    const params = boosterParams(options, maxBin)
    const { booster, bestIteration } = xgboost.train({
      params,
      rounds: options.maxRounds,
      train,
      validation,
      earlyStoppingRounds: options.patience,
      onRound: round => onRound(round, maxBin),
    })
    const scores = booster.margins(validation)
    booster.close()
    const validationAveragePrecision = averagePrecision(rank({ scores, labels }))
    return { params, rounds: bestIteration + 1, validationAveragePrecision }
  })
  return tried.reduce((best, next) =>
    next.validationAveragePrecision > best.validationAveragePrecision ? next : best,
  )
}

function boosterParams(options: FitOptions, maxBin: number): ChosenRounds['params'] {
  return {
    seed: options.seed,
    eta: options.eta,
    max_depth: options.maxDepth,
    min_child_weight: options.minChildWeight,
    subsample: options.subsample,
    colsample_bytree: options.columnSample,
    tree_method: 'hist',
    max_bin: maxBin,
    // The last one stops the boosting: AP jumps about when the slice has few frauds, log loss does not.
    eval_metric: ['aucpr', 'logloss'],
  }
}

/** Isotonic regression needs many frauds before its steps mean anything. */
const MIN_ISOTONIC_FRAUDS = 200

/**
 * Fits the calibration on a later slice: Platt scaling or isotonic regression, whichever, fitted on the slice's
 * earlier half, has the better Brier score on its later half; then on all of it.
 */
export function fitCalibration(margins: Float32Array, labels: Float32Array): Calibration {
  const middle = Math.floor(margins.length / 2)
  const early = { margins: margins.subarray(0, middle), labels: labels.subarray(0, middle) }
  const late = { margins: margins.subarray(middle), labels: labels.subarray(middle) }
  const frauds = (slice: Float32Array) => slice.reduce((sum, label) => sum + label, 0)
  const fewest = Math.min(frauds(early.labels), frauds(late.labels))
  if (fewest < MIN_ISOTONIC_FRAUDS / 2) return fitPlatt(margins, labels)
  const error = (calibration: Calibration) =>
    brierScore({ scores: late.margins.map(margin => calibrate(calibration, margin)), labels: late.labels })
  const platt = error(fitPlatt(early.margins, early.labels))
  const isotonic = error(fitIsotonic(early.margins, early.labels))
  return isotonic < platt ? fitIsotonic(margins, labels) : fitPlatt(margins, labels)
}
