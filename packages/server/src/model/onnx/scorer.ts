import { InferenceSession, Tensor } from 'onnxruntime-node'
import { ModelError } from '../errors.ts'
import { NAMES } from './encode.ts'
import { decodeOnnxMetadata } from './proto.ts'

/** A model's answer for one row. */
export interface Score {
  /** Log-odds before calibration. */
  readonly margin: number
  /** Calibrated probability of fraud. */
  readonly probability: number
}

/** A model's answers for many rows, one entry per row. */
export interface BatchScore {
  readonly margins: Float32Array
  readonly probabilities: Float32Array
}

/** A loaded model. */
export interface Scorer {
  /** The version it was exported under. */
  readonly version: string
  /** Column names, in the order of a row. */
  readonly columns: readonly string[]
  /**
   * Scores one row; NaN is missing. The same row gives the same bits alone and in a batch.
   *
   * @throws ModelError `model_bad_input` if the row has another width
   */
  score(row: Float32Array): Promise<Score>
  /**
   * Scores row-major values in slices, so that the event loop breathes between them.
   *
   * @throws ModelError `model_bad_input` unless there are `rows` whole rows
   */
  scoreBatch(values: Float32Array, rows: number): Promise<BatchScore>
  /** Frees the model's memory. */
  close(): Promise<void>
}

/**
 * onnxruntime runs on the calling thread: 1 ms for 100 rows of 300 trees of depth 6, which is as long as other
 * requests should wait.
 */
const SLICE_ROWS = 100

const WARM_UP_RUNS = 20

const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  // With one thread the trees are summed in their order, as XGBoost sums them.
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  // Errors come as exceptions; without this onnxruntime prints them too.
  logSeverityLevel: 4,
}

/**
 * Loads an exported model and warms it up.
 *
 * @param bytes the ONNX file
 * @param expectedColumns columns the caller will give, in order; the model must have the same
 * @throws ModelError `model_malformed` if it is not a model exported by Atalaya or damaged, `model_columns_mismatch`
 *   naming the first column that differs
 */
export async function createScorer(bytes: Uint8Array, expectedColumns?: readonly string[]): Promise<Scorer> {
  const { version, columns } = readMetadata(bytes)
  if (expectedColumns) checkColumns(columns, expectedColumns)
  const session = await openSession(bytes)
  checkSignature(session, columns.length)
  const width = columns.length

  const run = async (values: Float32Array, rows: number): Promise<BatchScore> => {
    const outputs = await session.run({ [NAMES.features]: new Tensor('float32', values, [rows, width]) })
    return { margins: floats(outputs[NAMES.margin]), probabilities: floats(outputs[NAMES.probability]) }
  }

  const score = async (row: Float32Array): Promise<Score> => {
    if (row.length !== width)
      throw new ModelError(
        'model_bad_input',
        `The row has ${row.length} values; the model has ${width} columns.`,
      )
    const { margins, probabilities } = await run(row, 1)
    return { margin: margins[0] as number, probability: probabilities[0] as number }
  }

  const scoreBatch = async (values: Float32Array, rows: number): Promise<BatchScore> => {
    if (values.length !== rows * width)
      throw new ModelError(
        'model_bad_input',
        `${values.length} values are not ${rows} rows of ${width} columns.`,
      )
    const margins = new Float32Array(rows)
    const probabilities = new Float32Array(rows)
    for (let first = 0; first < rows; first += SLICE_ROWS) {
      const last = Math.min(first + SLICE_ROWS, rows)
      const slice = await run(values.subarray(first * width, last * width), last - first)
      margins.set(slice.margins, first)
      probabilities.set(slice.probabilities, first)
    }
    return { margins, probabilities }
  }

  for (let warm = 0; warm < WARM_UP_RUNS; warm++) await score(new Float32Array(width).fill(Number.NaN))
  return { version, columns, score, scoreBatch, close: () => session.release() }
}

function floats(tensor: Tensor | undefined): Float32Array {
  if (!(tensor?.data instanceof Float32Array)) throw malformed('an output is missing')
  return tensor.data
}

function readMetadata(bytes: Uint8Array): { version: string; columns: readonly string[] } {
  const metadata = decode(bytes)
  const version = metadata.get(NAMES.version)
  const columns = metadata.get(NAMES.columns)
  if (version === undefined || columns === undefined)
    throw malformed(`it does not declare ${NAMES.version} and ${NAMES.columns}`)
  return { version, columns: parseColumns(columns) }
}

function decode(bytes: Uint8Array): ReadonlyMap<string, string> {
  try {
    return decodeOnnxMetadata(bytes)
  } catch (cause) {
    throw malformed('the file is not ONNX', cause)
  }
}

function parseColumns(json: string): readonly string[] {
  let columns: unknown
  try {
    columns = JSON.parse(json)
  } catch (cause) {
    throw malformed(`${NAMES.columns} is not JSON`, cause)
  }
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every(name => typeof name === 'string'))
    throw malformed(`${NAMES.columns} is not a list of names`)
  return columns
}

async function openSession(bytes: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(bytes, SESSION_OPTIONS)
  } catch (cause) {
    throw malformed('onnxruntime cannot load it', cause)
  }
}

function checkSignature(session: InferenceSession, width: number): void {
  const input = session.inputMetadata.find(({ name }) => name === NAMES.features)
  const declared = input?.isTensor ? input.shape[1] : undefined
  if (declared !== width)
    throw malformed(`it names ${width} columns and its graph takes ${declared ?? 'none'}`)
  for (const name of [NAMES.margin, NAMES.probability])
    if (!session.outputNames.includes(name)) throw malformed(`it has no output "${name}"`)
}

function checkColumns(columns: readonly string[], expected: readonly string[]): void {
  const length = Math.max(columns.length, expected.length)
  for (let index = 0; index < length; index++) {
    const has = columns[index]
    const wants = expected[index]
    if (has === wants) continue
    const hasName = has === undefined ? 'nothing' : `"${has}"`
    const wantsName = wants === undefined ? 'nothing' : `"${wants}"`
    throw new ModelError(
      'model_columns_mismatch',
      `Column ${index} of the model is ${hasName} where the service gives ${wantsName}. Train the model again with the current features.`,
    )
  }
}

function malformed(what: string, cause?: unknown): ModelError {
  const message = `Not a model that can be served: ${what}. Export it again with "atalaya export".`
  return new ModelError('model_malformed', message, { cause })
}
