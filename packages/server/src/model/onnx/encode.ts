import type { Calibration } from '../calibration.ts'
import type { TreeEnsemble } from '../trees.ts'
import { calibrationGraph } from './calibration-graph.ts'
import { ELEMENT, encodeOnnx, type OnnxValueInfo } from './proto.ts'
import { regressor, type TreeNodes } from './tree-regressor.ts'

/** Names inside the graph, and of the metadata beside it. */
export const NAMES = {
  features: 'features',
  margin: 'margin',
  probability: 'probability',
  version: 'atalaya.model_version',
  columns: 'atalaya.columns',
} as const

/** What is exported. */
export interface OnnxExport {
  readonly trees: TreeEnsemble
  readonly calibration: Calibration
  /** Identifies the model; returned by the scorer. */
  readonly version: string
}

/**
 * Writes a calibrated model as an ONNX file: input `features` (float32, rows * columns, NaN missing), outputs
 * `margin` (log-odds) and `probability` (calibrated), both float32, rows * 1. Deterministic: same model, same bytes.
 */
export function encodeModel({ trees, calibration, version }: OnnxExport): Uint8Array {
  const calibrated = calibrationGraph(calibration, NAMES.margin, NAMES.probability)
  return encodeOnnx({
    irVersion: 8,
    producerName: 'atalaya',
    opsetImport: [
      { domain: '', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
    graph: {
      name: 'atalaya',
      node: [regressor(NAMES.features, NAMES.margin, 1, ensembleNodes(trees)), ...calibrated.nodes],
      initializer: calibrated.initializers,
      input: [matrixInfo(NAMES.features, trees.columns.length)],
      output: [matrixInfo(NAMES.margin, 1), matrixInfo(NAMES.probability, 1)],
    },
    metadataProps: [
      { key: NAMES.version, value: version },
      { key: NAMES.columns, value: JSON.stringify(trees.columns) },
    ],
  })
}

/** A float matrix of any number of rows. */
export function matrixInfo(name: string, columns: number): OnnxValueInfo {
  const dim = [{ dimParam: 'rows' }, { dimValue: columns }]
  return { name, type: { tensorType: { elemType: ELEMENT.float, shape: { dim } } } }
}

/**
 * The base margin is a tree of one leaf in front of all others, not the operator's `base_values`: onnxruntime adds
 * those last and XGBoost starts with it, and float32 sums depend on the order (up to 3.3e-6 was measured).
 */
function* ensembleNodes(trees: TreeEnsemble): Generator<TreeNodes> {
  if (trees.baseMargin !== 0) yield [{ weights: [trees.baseMargin] }]
  const { offsets, feature, value, right, defaultLeft } = trees
  for (let tree = 0; tree + 1 < offsets.length; tree++) {
    const root = offsets[tree] as number
    const end = offsets[tree + 1] as number
    yield Array.from({ length: end - root }, (_, local) => {
      const node = root + local
      const column = feature[node] as number
      const threshold = value[node] as number
      if (column < 0) return { weights: [threshold] }
      const isMissingLeft = defaultLeft[node] === 1
      return { column, threshold, left: local + 1, right: (right[node] as number) - root, isMissingLeft }
    })
  }
}
