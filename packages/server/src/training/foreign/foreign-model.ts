import { InferenceSession, Tensor } from 'onnxruntime-node'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { type Calibration, UNCALIBRATED } from '../../model/calibration.ts'
import { encodeModel } from '../../model/onnx/encode.ts'
import { encodeBare, encodeForeign, type ForeignOnnx, readForeignOnnx } from '../../model/onnx/foreign.ts'
import { ELEMENT } from '../../model/onnx/proto.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import { treeCount } from '../../model/trees.ts'
import { parseXgboostJson } from '../../model/xgboost-json.ts'
import { PARITY_LIMITS } from '../xgboost/index.ts'
import { asForeignFault, foreignFault } from './faults.ts'

/** A model that was trained elsewhere, in the form in which it can be given columns and a calibration. */
export interface ForeignModel {
  readonly format: 'xgboost-json' | 'onnx'
  /** What wrote it, for example `XGBoost 3.2.0`. */
  readonly producer: string
  /** Its own names of its columns; null when it has none. */
  readonly names: readonly string[] | null
  readonly width: number
  readonly trees: number
  /** XGBoost's JSON; null for ONNX. */
  readonly json: Uint8Array | null
  /** Writes what is served. */
  encode(columns: readonly string[], calibration: Calibration, version: string): Uint8Array
}

const XgboostFile = Compile(
  Type.Object({
    version: Type.Optional(Type.Array(Type.Integer())),
    learner: Type.Object({ feature_names: Type.Optional(Type.Array(Type.String())) }),
  }),
)

/** Reads what XGBoost 1.7 to 3.x saved as JSON. @throws TrainingError `foreign_model` */
export function readXgboostModel(json: Uint8Array): ForeignModel {
  try {
    const trees = parseXgboostJson(json)
    const { version, learner } = XgboostFile.Parse(JSON.parse(new TextDecoder().decode(json)))
    return {
      format: 'xgboost-json',
      producer: `XGBoost ${version?.join('.') ?? 'of unknown version'}`,
      names: learner.feature_names?.length ? learner.feature_names : null,
      width: trees.columns.length,
      trees: treeCount(trees),
      json,
      encode: (columns, calibration, modelVersion) =>
        encodeModel({ trees: { ...trees, columns }, calibration, version: modelVersion }),
    }
  } catch (error) {
    throw asForeignFault(error)
  }
}

/**
 * Reads a classifier from an ONNX file, and checks that it scores the same once it is one of ours: operators are
 * raised to the newest set that ours need, which could change what one of them does.
 *
 * @throws TrainingError `foreign_model`
 */
export async function readOnnxModel(bytes: Uint8Array): Promise<ForeignModel> {
  try {
    const foreign = readForeignOnnx(bytes)
    const width = foreign.inputs.reduce((sum, input) => sum + input.width, 0)
    const rows = probeRows(width)
    const { probabilities, classes } = await runBare(foreign, rows, width)
    const names = foreign.inputs.length > 1 ? foreign.inputs.map(({ name }) => name) : null
    const encode: ForeignModel['encode'] = (columns, calibration, version) =>
      encodeForeign({ foreign, columns, calibration, version, classes })
    const columns = Array.from({ length: width }, (_, index) => `column ${index}`)
    const scorer = await createScorer(encode(columns, UNCALIBRATED, 'probe'))
    const served = await scorer.scoreBatch(rows, PROBE_ROWS)
    await scorer.close()
    const worst = served.probabilities.reduce(
      (most, probability, row) => Math.max(most, Math.abs(probability - (probabilities[row] ?? Number.NaN))),
      0,
    )
    if (!(worst <= PARITY_LIMITS.onnxProbability))
      throw foreignFault(
        `its operators do not mean the same under opset 17: probabilities differ by ${worst}`,
        'Export it with target_opset=17.',
      )
    return { format: 'onnx', producer: foreign.producer, names, width, trees: 0, json: null, encode }
  } catch (error) {
    throw asForeignFault(error)
  }
}

const PROBE_ROWS = 64

/** Rows of small and large numbers, every fifth missing, the same each time. */
function probeRows(width: number): Float32Array {
  return Float32Array.from({ length: PROBE_ROWS * width }, (_, at) =>
    at % 5 === 4 ? Number.NaN : Math.sin(at) * 10 ** (at % 4),
  )
}

/** The file's own graph on some rows. */
async function runBare(
  foreign: ForeignOnnx,
  rows: Float32Array,
  width: number,
): Promise<{ readonly probabilities: Float64Array; readonly classes: number }> {
  const session = await InferenceSession.create(encodeBare(foreign), { logSeverityLevel: 4 })
  const count = rows.length / width
  let first = 0
  const feeds: Record<string, Tensor> = {}
  for (const { name, width: own, elemType } of foreign.inputs) {
    const values = Array.from({ length: count * own }, (_, at) => {
      return rows[Math.floor(at / own) * width + first + (at % own)] as number
    })
    feeds[name] =
      elemType === ELEMENT.double
        ? new Tensor('float64', Float64Array.from(values), [count, own])
        : new Tensor('float32', Float32Array.from(values), [count, own])
    first += own
  }
  const output = (await session.run(feeds))[foreign.probabilities]
  await session.release()
  const classes = output?.dims[1] ?? 0
  if (output?.dims.length !== 2 || classes < 1 || classes > 2)
    throw foreignFault(
      `it gives ${output?.dims.join(' x ') ?? 'nothing'} numbers for ${count} rows`,
      'Only classifiers of two classes, or one probability a row, can be served.',
    )
  const place = classes === 1 ? 0 : foreign.fraudColumn
  return {
    probabilities: Float64Array.from({ length: count }, (_, row) =>
      Number(output.data[row * classes + place]),
    ),
    classes,
  }
}
