import type { Calibration } from '../calibration.ts'
import { ModelError } from '../errors.ts'
import { calibrationGraph, scalar } from './calibration-graph.ts'
import { matrixInfo, NAMES } from './encode.ts'
import {
  ATTRIBUTE,
  decodeOnnx,
  ELEMENT,
  encodeOnnx,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValueInfo,
} from './proto.ts'

/** A classifier that was trained elsewhere, taken apart as far as it has to be to be served. */
export interface ForeignOnnx {
  readonly model: OnnxModel
  /** For example `skl2onnx 1.20.0`. */
  readonly producer: string
  /** What it is given: one matrix of so many columns, or one column each. */
  readonly inputs: readonly { readonly name: string; readonly width: number; readonly elemType: number }[]
  /** The tensor with a probability per class, or with that of fraud alone. */
  readonly probabilities: string
  /** Which of its columns is that of label 1. */
  readonly fraudColumn: number
}

/** Our operators need these; a file that declares older ones is raised and must score as before. */
const LEAST = { irVersion: 8, opset: 17, mlOpset: 3 } as const

/** Keeps the foreign tensors' names apart from ours. */
const PREFIX = 'foreign/'

/**
 * Reads a binary classifier from an ONNX file as skl2onnx and onnxmltools write it: float inputs, outputs `label` and
 * `probabilities` with or without ZipMap, or a regressor with one output that is a probability.
 *
 * @throws ModelError `model_malformed`, or `model_unsupported` saying what to export otherwise
 */
export function readForeignOnnx(bytes: Uint8Array): ForeignOnnx {
  const model = wholeModel(bytes)
  const { graph } = model
  checkPlain(model)
  const constants = new Set(graph.initializer.map(({ name }) => name))
  const inputs = graph.input.filter(({ name }) => !constants.has(name)).map(inputOf)
  if (inputs.length === 0) throw malformed('its graph has no input')
  if (inputs.length > 1 && inputs.some(({ width }) => width !== 1))
    throw unsupported('it has several inputs of more than one column; export it with one float matrix')
  const probabilities = probabilityTensor(graph)
  return {
    model,
    producer: `${model.producerName} ${model.producerVersion ?? ''}`.trim() || 'unknown producer',
    inputs,
    probabilities,
    fraudColumn: fraudColumnOf(graph),
  }
}

function wholeModel(bytes: Uint8Array): OnnxModel {
  let model: Partial<OnnxModel>
  try {
    model = decodeOnnx(bytes)
  } catch (cause) {
    throw malformed('the file is not ONNX', cause)
  }
  const { graph, opsetImport } = model
  if (!graph?.node?.length || !graph.output?.length || !opsetImport?.length)
    throw malformed('it has no graph')
  return {
    irVersion: model.irVersion ?? LEAST.irVersion,
    producerName: model.producerName ?? '',
    ...(model.producerVersion !== undefined && { producerVersion: model.producerVersion }),
    opsetImport: opsetImport.map(({ domain = '', version }) => ({ domain, version })),
    graph: {
      ...graph,
      // Protobuf leaves out what is empty.
      initializer: graph.initializer ?? [],
      input: graph.input ?? [],
      node: graph.node.map(node => ({ ...node, input: node.input ?? [], output: node.output ?? [] })),
    },
    metadataProps: model.metadataProps ?? [],
    ...(model.functions && { functions: model.functions }),
  }
}

function checkPlain({ graph, functions, opsetImport }: OnnxModel): void {
  const odd = opsetImport.find(({ domain }) => domain !== '' && domain !== 'ai.onnx.ml')
  if (odd) throw unsupported(`it uses operators of "${odd.domain}"`)
  if (functions?.length) throw unsupported('it defines functions')
  if (graph.sparseInitializer?.length) throw unsupported('it has sparse constants')
  if (graph.initializer.some(({ dataLocation }) => dataLocation === 1))
    throw unsupported('its constants lie in another file; save it as one file')
  const nested = graph.node.find(({ attribute }) =>
    attribute?.some(({ type }) => type === ATTRIBUTE.graph || type === ATTRIBUTE.graphs),
  )
  if (nested) throw unsupported(`it branches or loops (${nested.opType})`)
}

function inputOf({ name, type }: OnnxValueInfo): ForeignOnnx['inputs'][number] {
  const tensor = type.tensorType
  if (tensor?.elemType !== ELEMENT.float && tensor?.elemType !== ELEMENT.double)
    throw unsupported(`its input "${name}" does not hold float numbers; encode categories as numbers`)
  const width = tensor.shape?.dim?.[1]?.dimValue
  if (!width)
    throw unsupported(`its input "${name}" has no fixed number of columns; export it with [None, columns]`)
  return { name, width, elemType: tensor.elemType }
}

/** ZipMap makes dictionaries for Python that nothing else reads: what it is given is what is wanted. */
function probabilityTensor({ node, output }: OnnxGraph): string {
  const outputs = new Set(output.map(({ name }) => name))
  const zipped = node.find(
    ({ opType, output: of }) => opType === 'ZipMap' && of.some(name => outputs.has(name)),
  )
  const tensor = zipped?.input[0]
  if (tensor !== undefined) return tensor
  const floats = output.filter(
    ({ type }) => type.tensorType?.elemType === ELEMENT.float || type.tensorType?.elemType === ELEMENT.double,
  )
  const [only] = floats.length === 1 ? floats : floats.filter(({ name }) => /prob/i.test(name))
  if (only) return only.name
  throw unsupported(
    `none of its outputs (${output.map(({ name }) => name).join(', ')}) is clearly that of probabilities`,
  )
}

function fraudColumnOf({ node }: OnnxGraph): number {
  for (const { attribute = [], opType } of node)
    for (const { name, ints, strings } of attribute) {
      if (!name.startsWith('classlabels')) continue
      const labels = Array.from(ints ?? [], Number)
      if (strings?.length || labels.length !== 2 || !labels.includes(0) || !labels.includes(1))
        throw unsupported(`its classes (${opType}) are not 0 for genuine and 1 for fraud`)
      return labels.indexOf(1)
    }
  return 1
}

/** What makes a foreign model one of ours. */
export interface ForeignExport {
  readonly foreign: ForeignOnnx
  /** Our columns in the order of its own. */
  readonly columns: readonly string[]
  readonly calibration: Calibration
  readonly version: string
  /** Columns of its tensor of probabilities: 2, or 1 for that of fraud alone. */
  readonly classes: number
}

/**
 * Writes a foreign model as the scorer reads it: `features` in, `margin` and calibrated `probability` out. The margin
 * is the log-odds of its probability, kept within 1e-7 of 0 and 1.
 */
export function encodeForeign({
  foreign,
  columns,
  calibration,
  version,
  classes,
}: ForeignExport): Uint8Array {
  const { model, inputs, probabilities, fraudColumn } = foreign
  const rename = (name: string) => (name === '' ? '' : PREFIX + name)
  const nodes = neededNodes(model.graph.node, probabilities).map(node => ({
    ...node,
    input: node.input.map(rename),
    output: node.output.map(rename),
  }))
  const calibrated = calibrationGraph(calibration, NAMES.margin, NAMES.probability)
  const margin = marginGraph(rename(probabilities), classes === 1 ? 0 : fraudColumn)
  return encodeOnnx({
    irVersion: Math.max(LEAST.irVersion, model.irVersion),
    producerName: 'atalaya',
    opsetImport: [
      { domain: '', version: opsetOf(model, '', LEAST.opset) },
      { domain: 'ai.onnx.ml', version: opsetOf(model, 'ai.onnx.ml', LEAST.mlOpset) },
    ],
    graph: {
      name: 'atalaya',
      node: [...inputNodes(inputs, rename), ...nodes, ...margin.nodes, ...calibrated.nodes],
      initializer: [
        ...model.graph.initializer.map(tensor => ({ ...tensor, name: rename(tensor.name) })),
        ...inputs.map((_, index) => index64(`column ${index}`, index)),
        ...margin.initializers,
        ...calibrated.initializers,
      ],
      input: [matrixInfo(NAMES.features, columns.length)],
      output: [matrixInfo(NAMES.margin, 1), matrixInfo(NAMES.probability, 1)],
    },
    metadataProps: [
      { key: NAMES.version, value: version },
      { key: NAMES.columns, value: JSON.stringify(columns) },
    ],
  })
}

/** The foreign graph alone, with its tensor of probabilities as only output and nothing else changed. */
export function encodeBare({ model, probabilities }: ForeignOnnx): Uint8Array {
  const info: OnnxValueInfo = { name: probabilities, type: { tensorType: { elemType: ELEMENT.float } } }
  const declared = model.graph.output.find(({ name }) => name === probabilities)
  return encodeOnnx({
    ...model,
    graph: {
      ...model.graph,
      node: neededNodes(model.graph.node, probabilities),
      output: [declared ?? info],
    },
  })
}

/** The nodes that a tensor is computed by, in their order. */
function neededNodes(nodes: readonly OnnxNode[], tensor: string): OnnxNode[] {
  const wanted = new Set([tensor])
  const needed: OnnxNode[] = []
  for (const node of nodes.toReversed()) {
    if (!node.output.some(name => wanted.has(name))) continue
    needed.unshift(node)
    for (const name of node.input) wanted.add(name)
  }
  return needed
}

function opsetOf({ opsetImport }: OnnxModel, domain: string, least: number): number {
  return Math.max(
    least,
    ...opsetImport.filter(known => known.domain === domain).map(({ version }) => version),
  )
}

/** Our matrix to its inputs: the same one, or a column each. */
function inputNodes(inputs: ForeignOnnx['inputs'], rename: (name: string) => string): OnnxNode[] {
  return inputs.flatMap(({ name, elemType }, index) => {
    const own = inputs.length === 1 ? NAMES.features : `input ${index}`
    const cast = { name: 'to', type: ATTRIBUTE.int, i: elemType }
    return [
      ...(inputs.length === 1 ? [] : [gather(NAMES.features, `column ${index}`, own)]),
      { opType: 'Cast', input: [own], output: [rename(name)], attribute: [cast] },
    ]
  })
}

function marginGraph(
  probabilities: string,
  column: number,
): { readonly nodes: readonly OnnxNode[]; readonly initializers: readonly OnnxTensor[] } {
  const toFloat = { name: 'to', type: ATTRIBUTE.int, i: ELEMENT.float }
  return {
    nodes: [
      gather(probabilities, 'fraud column', 'of fraud'),
      { opType: 'Cast', input: ['of fraud'], output: ['float of fraud'], attribute: [toFloat] },
      { opType: 'Clip', input: ['float of fraud', 'least', 'most'], output: ['inner'] },
      { opType: 'Sub', input: ['whole', 'inner'], output: ['of no fraud'] },
      { opType: 'Div', input: ['inner', 'of no fraud'], output: ['odds'] },
      { opType: 'Log', input: ['odds'], output: [NAMES.margin] },
    ],
    initializers: [
      index64('fraud column', column),
      scalar('least', 1e-7),
      scalar('most', 1 - 1e-7),
      scalar('whole', 1),
    ],
  }
}

/** One column of a matrix, as a matrix. */
function gather(matrix: string, column: string, output: string): OnnxNode {
  const axis = { name: 'axis', type: ATTRIBUTE.int, i: 1 }
  return { opType: 'Gather', input: [matrix, column], output: [output], attribute: [axis] }
}

function index64(name: string, index: number): OnnxTensor {
  return { name, dataType: ELEMENT.int64, dims: [1], int64Data: [index] }
}

function malformed(what: string, cause?: unknown): ModelError {
  return new ModelError('model_malformed', `Not a sound ONNX model: ${what}.`, { cause })
}

function unsupported(what: string): ModelError {
  return new ModelError('model_unsupported', `This ONNX model cannot be served: ${what}.`)
}
