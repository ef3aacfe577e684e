import { Booster } from './booster.ts'
import { DataMatrix, type MatrixInput } from './data-matrix.ts'
import { openLibrary } from './native.ts'
import { type TrainOptions, type TrainResult, train } from './train.ts'

/** The XGBoost library of this machine. */
export interface Xgboost {
  /** For example `1.7.4`. */
  readonly version: string
  /** The library file. */
  readonly path: string
  /**
   * Copies rows into XGBoost.
   *
   * @throws XgboostError `xgboost_bad_input` naming the row and column
   */
  matrix(input: MatrixInput): DataMatrix
  /**
   * Trains a model; blocks the thread until done.
   *
   * @throws XgboostError `xgboost_bad_input` or `xgboost_failed`
   */
  train(options: TrainOptions): TrainResult
  /**
   * Loads a model saved as XGBoost JSON.
   *
   * @throws XgboostError `xgboost_failed`
   */
  load(model: Uint8Array): Booster
}

let opened: Xgboost | undefined

/**
 * Opens libxgboost (1.7 or newer) once per process. It is looked for in `ATALAYA_LIBXGBOOST`, the active conda or
 * virtual environment, the system's library folders, Homebrew and pip wheels.
 *
 * @example
 * const xgboost = loadXgboost()
 * using rows = xgboost.matrix({ values, columns, label })
 * using booster = xgboost.train({ params: { seed: 1 }, rounds: 100, train: rows }).booster
 *
 * @throws XgboostError `xgboost_missing` with a line that says how to install it, or `xgboost_too_old`
 */
export function loadXgboost(): Xgboost {
  opened ??= connect()
  return opened
}

function connect(): Xgboost {
  const { api, path, version } = openLibrary()
  return {
    version,
    path,
    matrix: input => new DataMatrix(api, input),
    train: options => train(api, options),
    load: model => Booster.fromBytes(api, model),
  }
}
