import type { DataMatrix } from './data-matrix.ts'
import { XgboostError } from './errors.ts'
import {
  check,
  copyBytes,
  copyCounts,
  copyFloats,
  copyStrings,
  type Handle,
  type NativeXgboost,
  type Out,
  written,
} from './native.ts'
import { DEFAULT_THREADS } from './params.ts'

/** `type` in the configuration of XGBoosterPredictFromDMatrix. */
const PREDICTION = { probability: 0, margin: 1, contributions: 2 } as const

/** A trained model in XGBoost's memory. Call `close()`, or declare it with `using`: the collector cannot see it. */
export class Booster implements Disposable {
  readonly #api: NativeXgboost
  #handle: Handle | undefined

  /** Takes ownership of the handle. */
  constructor(api: NativeXgboost, handle: Handle) {
    this.#api = api
    this.#handle = handle
  }

  /**
   * Loads a model that was saved as XGBoost JSON or UBJSON.
   *
   * @throws XgboostError `xgboost_failed` if XGBoost cannot read it
   */
  static fromBytes(api: NativeXgboost, bytes: Uint8Array): Booster {
    const booster = Booster.create(api, [])
    try {
      check(api, api.XGBoosterLoadModelFromBuffer(booster.handle, bytes, bytes.length))
      booster.setParam('nthread', String(DEFAULT_THREADS))
      return booster
    } catch (fault) {
      booster.close()
      throw fault
    }
  }

  /** An untrained booster that caches predictions for the given matrices. */
  static create(api: NativeXgboost, matrices: readonly DataMatrix[]): Booster {
    const out: Out<Handle> = [null]
    const handles = matrices.map(matrix => matrix.handle)
    check(api, api.XGBoosterCreate(handles, handles.length, out))
    return new Booster(api, written(out))
  }

  /** @throws XgboostError `xgboost_closed` */
  get handle(): Handle {
    if (this.#handle === undefined) throw new XgboostError('xgboost_closed', 'This booster is closed.')
    return this.#handle
  }

  /** Number of boosting rounds in the model. */
  get rounds(): number {
    const out: Out<number> = [null]
    check(this.#api, this.#api.XGBoosterBoostedRounds(this.handle, out))
    return written(out)
  }

  /** Column names the model was trained with; empty if it carries none. */
  get columns(): string[] {
    const length: Out<number> = [null]
    const out: Out<Handle> = [null]
    check(this.#api, this.#api.XGBoosterGetStrFeatureInfo(this.handle, 'feature_name', length, out))
    const count = written(length)
    return count === 0 ? [] : copyStrings(written(out), count)
  }

  /** Sets one XGBoost parameter. */
  setParam(name: string, value: string): void {
    check(this.#api, this.#api.XGBoosterSetParam(this.handle, name, value))
  }

  /** Names the columns of the model. */
  setColumns(columns: readonly string[]): void {
    check(
      this.#api,
      this.#api.XGBoosterSetStrFeatureInfo(this.handle, 'feature_name', columns, columns.length),
    )
  }

  /** Log-odds, one per row. */
  margins(matrix: DataMatrix): Float32Array {
    return this.#predict(matrix, PREDICTION.margin)
  }

  /** Uncalibrated probability, one per row. */
  probabilities(matrix: DataMatrix): Float32Array {
    return this.#predict(matrix, PREDICTION.probability)
  }

  /**
   * SHAP values by XGBoost's own path-dependent TreeSHAP: row-major, `columns + 1` per row, the last being the
   * bias; a row sums to its margin.
   */
  contributions(matrix: DataMatrix): Float32Array {
    return this.#predict(matrix, PREDICTION.contributions)
  }

  /** The first rounds as a booster of its own. */
  slice(rounds: number): Booster {
    const out: Out<Handle> = [null]
    check(this.#api, this.#api.XGBoosterSlice(this.handle, 0, rounds, 1, out))
    const sliced = new Booster(this.#api, written(out))
    sliced.setParam('nthread', String(DEFAULT_THREADS))
    sliced.setColumns(this.columns)
    return sliced
  }

  /** The model as XGBoost's JSON, the source format of every other form of it. */
  toJson(): Uint8Array {
    const length: Out<number> = [null]
    const out: Out<Handle> = [null]
    check(this.#api, this.#api.XGBoosterSaveModelToBuffer(this.handle, '{"format":"json"}', length, out))
    return copyBytes(written(out), written(length))
  }

  #predict(matrix: DataMatrix, type: number): Float32Array {
    const width: Out<number> = [null]
    check(this.#api, this.#api.XGBoosterGetNumFeature(this.handle, width))
    if (written(width) !== matrix.columns.length)
      throw new XgboostError(
        'xgboost_bad_input',
        `The model has ${written(width)} columns, the rows have ${matrix.columns.length}.`,
      )
    const config = { type, training: false, iteration_begin: 0, iteration_end: 0, strict_shape: false }
    const shape: Out<Handle> = [null]
    const dimensions: Out<number> = [null]
    const result: Out<Handle> = [null]
    check(
      this.#api,
      this.#api.XGBoosterPredictFromDMatrix(
        this.handle,
        matrix.handle,
        JSON.stringify(config),
        shape,
        dimensions,
        result,
      ),
    )
    const size = copyCounts(written(shape), written(dimensions)).reduce(
      (product, count) => product * count,
      1,
    )
    return copyFloats(written(result), size)
  }

  /** Frees the native memory; further calls do nothing. */
  close(): void {
    if (this.#handle === undefined) return
    this.#api.XGBoosterFree(this.#handle)
    this.#handle = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
