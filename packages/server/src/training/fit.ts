import { type Calibration, calibrate, fitIsotonic, fitPlatt } from '../model/calibration.ts'
import type { FeatureTable } from './feature-table.ts'
import {
  type ClassCounts,
  countClasses,
  fraudWeight,
  type Imbalance,
  learningRows,
  NO_TREATMENT,
  weightParameter,
} from './imbalance/index.ts'
import { averagePrecision, brierScore, rank } from './metrics/index.ts'
import type { Split } from './split.ts'
import type { Booster, BoosterParams, MatrixInput, Round, Xgboost } from './xgboost/index.ts'

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
  /** L2 penalty of a leaf's value. */
  readonly lambda: number
  /** Least gain of a split. */
  readonly gamma: number
  readonly imbalance: Imbalance
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
  lambda: 1,
  gamma: 0,
  imbalance: NO_TREATMENT,
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

/** The rows that trees are grown on, and the later ones that stop them. */
export type FittingSlices = Pick<Split, 'train' | 'validation'>

export type OnRound = (round: Round, maxBin: number) => void

/**
 * Boosts trees on the training slice, stopping by the log loss of the validation slice, for every histogram size, and
 * keeps the best by validation AP: coarse histograms can cost several hundredths of AP where amounts matter. With that
 * size and number of trees the model is then fitted on both slices, so that it has learnt from the latest rows too.
 */
export function fitTrees(
  xgboost: Xgboost,
  table: FeatureTable,
  split: FittingSlices,
  options: FitOptions,
  onRound: OnRound,
): Fitted {
  const { booster: stopped, ...chosen } = stopTrees(xgboost, table, split, options, onRound)
  stopped.close()
  const { params, rounds, columns, places } = chosen
  const rows = Uint32Array.from([...split.train, ...split.validation])
  using both = xgboost.matrix(trainingRows(table, rows, { columns, places }, options))
  const { booster } = xgboost.train({
    ...{ params, rounds, train: both },
    onRound: round => onRound(round, params.max_bin),
  })
  return { ...chosen, booster }
}

/** As {@link fitTrees}, without fitting again on both slices: quicker, and what folds compare settings by. */
export function stopTrees(
  xgboost: Xgboost,
  table: FeatureTable,
  split: FittingSlices,
  options: FitOptions,
  onRound: OnRound,
): Fitted & { readonly params: BoosterParams & { readonly max_bin: number } } {
  const places = varyingColumns(table, split.train)
  const columns = places.map(place => table.columns[place] as string)
  const classes = countClasses(table.labels(split.train))
  const labels = table.labels(split.validation)
  const weight = Math.fround(fraudWeight(options.imbalance, classes))
  using train = xgboost.matrix(trainingRows(table, split.train, { columns, places }, options))
  using validation = xgboost.matrix({
    ...{ values: table.gather(split.validation, places), columns, label: labels },
    ...(weight !== 1 && { weight: labels.map(label => (label === 1 ? weight : 1)) }),
  })
  const tried = options.maxBins.map(maxBin => {
    const params = boosterParams(options, maxBin, classes)
    const { booster, bestIteration } = xgboost.train({
      ...{ params, rounds: options.maxRounds, train, validation, earlyStoppingRounds: options.patience },
      onRound: round => onRound(round, maxBin),
    })
    const validationAveragePrecision = averagePrecision(rank({ scores: booster.margins(validation), labels }))
    return { booster, params, rounds: bestIteration + 1, validationAveragePrecision }
  })
  const best = tried.reduce((best, next) =>
    next.validationAveragePrecision > best.validationAveragePrecision ? next : best,
  )
  for (const { booster } of tried) if (booster !== best.booster) booster.close()
  return { ...best, columns, places }
}

/** Rows as the trees learn from them: synthetic ones are added here, so no row that is judged ever sees one. */
export function trainingRows(
  table: FeatureTable,
  rows: Uint32Array,
  { columns, places }: Pick<Fitted, 'columns' | 'places'>,
  { imbalance, seed }: FitOptions,
): MatrixInput {
  const real = { values: table.gather(rows, places), columns, label: table.labels(rows) }
  return learningRows(real, imbalance, seed)
}

function boosterParams(
  options: FitOptions,
  maxBin: number,
  classes: ClassCounts,
): BoosterParams & { readonly max_bin: number } {
  return {
    seed: options.seed,
    eta: options.eta,
    max_depth: options.maxDepth,
    min_child_weight: options.minChildWeight,
    subsample: options.subsample,
    colsample_bytree: options.columnSample,
    lambda: options.lambda,
    gamma: options.gamma,
    ...weightParameter(options.imbalance, classes),
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
