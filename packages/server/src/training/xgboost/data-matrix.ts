import { XgboostError } from './errors.ts'
import { check, type Handle, type NativeXgboost, type Out, written } from './native.ts'
import { DEFAULT_THREADS } from './params.ts'

/** Rows for XGBoost. */
export interface MatrixInput {
  /** Row-major, `rows * columns.length` values; NaN is missing, infinities are refused. */
  readonly values: Float32Array
  /** Column names, in the order of a row; they are written into the model. */
  readonly columns: readonly string[]
  /** One 0 or 1 per row. */
  readonly label?: Float32Array
  /** One non-negative weight per row. */
  readonly weight?: Float32Array
  /** Margin (log-odds) that boosting starts from, one per row; replaces the model's base score. */
  readonly baseMargin?: Float32Array
}

/** Rows copied into XGBoost's own memory. Call `close()`, or declare it with `using`: the collector cannot see it. */
export class DataMatrix implements Disposable {
  readonly rows: number
  readonly columns: readonly string[]
  readonly hasLabel: boolean
  readonly #api: NativeXgboost
  #handle: Handle | undefined

  /** @throws XgboostError `xgboost_bad_input` naming the row and column of a value XGBoost must not be given */
  constructor(api: NativeXgboost, input: MatrixInput) {
    this.rows = checkInput(input)
    this.columns = [...input.columns]
    this.hasLabel = input.label !== undefined
    this.#api = api
    const out: Out<Handle> = [null]
    check(
      api,
      api.XGDMatrixCreateFromMat_omp(
        input.values,
        this.rows,
        this.columns.length,
        Number.NaN,
        out,
        DEFAULT_THREADS,
      ),
    )
    this.#handle = written(out)
    try {
      this.#describe(input)
    } catch (fault) {
      this.close()
      throw fault
    }
  }

  #describe({ label, weight, baseMargin }: MatrixInput): void {
    const api = this.#api
    const handle = this.handle
    check(api, api.XGDMatrixSetStrFeatureInfo(handle, 'feature_name', this.columns, this.columns.length))
    for (const [field, data] of [
      ['label', label],
      ['weight', weight],
      ['base_margin', baseMargin],
    ] as const)
      if (data !== undefined) check(api, api.XGDMatrixSetFloatInfo(handle, field, data, data.length))
  }

  /** @throws XgboostError `xgboost_closed` */
  get handle(): Handle {
    if (this.#handle === undefined) throw new XgboostError('xgboost_closed', 'This matrix is closed.')
    return this.#handle
  }

  /** Frees the native memory; further calls do nothing. */
  close(): void {
    if (this.#handle === undefined) return
    this.#api.XGDMatrixFree(this.#handle)
    this.#handle = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

/** Number of rows, once the input is known to be sound. */
function checkInput({ values, columns, label, weight, baseMargin }: MatrixInput): number {
  const width = columns.length
  if (width === 0) throw badInput('A matrix needs at least one column.')
  const duplicate = columns.find((name, index) => columns.indexOf(name) !== index)
  if (duplicate !== undefined) throw badInput(`Column "${duplicate}" is named twice.`)
  const rows = values.length / width
  if (!Number.isInteger(rows) || rows === 0)
    throw badInput(`${values.length} values do not make whole rows of ${width} columns.`)
  for (let index = 0; index < values.length; index++) {
    const value = values[index]
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY)
      throw badInput(
        `Row ${Math.floor(index / width)}, column "${columns[index % width]}" is ${value}. ` +
          'Give NaN if it is missing, or bound the feature.',
      )
  }
  checkPerRow('label', label, rows, value => value === 0 || value === 1, '0 or 1')
  checkPerRow(
    'weight',
    weight,
    rows,
    value => value >= 0 && value < Number.POSITIVE_INFINITY,
    'finite and not negative',
  )
  checkPerRow('base margin', baseMargin, rows, Number.isFinite, 'finite')
  return rows
}

function checkPerRow(
  what: string,
  data: Float32Array | undefined,
  rows: number,
  isValid: (value: number) => boolean,
  rule: string,
): void {
  if (data === undefined) return
  if (data.length !== rows) throw badInput(`${data.length} ${what} values were given for ${rows} rows.`)
  const row = data.findIndex(value => !isValid(value))
  if (row >= 0) throw badInput(`The ${what} of row ${row} is ${data[row]}; it must be ${rule}.`)
}

function badInput(message: string): XgboostError {
  return new XgboostError('xgboost_bad_input', message)
}
