import protobuf from 'protobufjs/light.js'

/** A protobuf message of onnx.proto, by that file's field names. */
export interface OnnxModel {
  readonly irVersion: number
  readonly producerName: string
  readonly producerVersion?: string
  readonly opsetImport: readonly { readonly domain: string; readonly version: number }[]
  readonly graph: OnnxGraph
  readonly metadataProps: readonly OnnxMetadata[]
  readonly functions?: readonly Uint8Array[]
}

export interface OnnxMetadata {
  readonly key: string
  readonly value: string
}

export interface OnnxGraph {
  readonly name: string
  readonly node: readonly OnnxNode[]
  readonly initializer: readonly OnnxTensor[]
  readonly input: readonly OnnxValueInfo[]
  readonly output: readonly OnnxValueInfo[]
  readonly sparseInitializer?: readonly Uint8Array[]
}

export interface OnnxNode {
  readonly opType: string
  readonly domain?: string
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly attribute?: readonly OnnxAttribute[]
}

export interface OnnxAttribute {
  readonly name: string
  readonly type: number
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  readonly t?: OnnxTensor
  readonly floats?: ArrayLike<number>
  readonly ints?: ArrayLike<number>
  readonly strings?: readonly Uint8Array[]
  readonly tensors?: readonly OnnxTensor[]
}

export interface OnnxTensor {
  readonly name: string
  readonly dataType: number
  readonly dims: readonly number[]
  readonly floatData?: readonly number[]
  readonly int32Data?: readonly number[]
  readonly int64Data?: readonly number[]
  readonly stringData?: readonly Uint8Array[]
  readonly rawData?: Uint8Array
  readonly doubleData?: readonly number[]
  readonly uint64Data?: readonly number[]
  readonly dataLocation?: number
}

export interface OnnxValueInfo {
  readonly name: string
  readonly type: {
    /** Left out for what is no tensor. */
    readonly tensorType?: {
      readonly elemType: number
      readonly shape?: {
        readonly dim?: readonly { readonly dimValue?: number; readonly dimParam?: string }[]
      }
    }
  }
}

/** AttributeProto.AttributeType. */
export const ATTRIBUTE = { int: 2, graph: 5, floats: 6, ints: 7, strings: 8, graphs: 10 } as const

/** TensorProto.DataType. */
export const ELEMENT = { float: 1, int64: 7, double: 11 } as const

type FieldList = Readonly<Record<string, readonly [rule: '' | 'repeated', type: string, id: number]>>

/** The part of onnx.proto that models for tables need; numbers and names are onnx.proto's. */
const MESSAGES: Readonly<Record<string, FieldList>> = {
  ModelProto: {
    irVersion: ['', 'int64', 1],
    producerName: ['', 'string', 2],
    producerVersion: ['', 'string', 3],
    graph: ['', 'GraphProto', 7],
    opsetImport: ['repeated', 'OperatorSetIdProto', 8],
    metadataProps: ['repeated', 'StringStringEntryProto', 14],
    functions: ['repeated', 'bytes', 25],
  },
  OperatorSetIdProto: { domain: ['', 'string', 1], version: ['', 'int64', 2] },
  StringStringEntryProto: { key: ['', 'string', 1], value: ['', 'string', 2] },
  GraphProto: {
    node: ['repeated', 'NodeProto', 1],
    name: ['', 'string', 2],
    initializer: ['repeated', 'TensorProto', 5],
    input: ['repeated', 'ValueInfoProto', 11],
    output: ['repeated', 'ValueInfoProto', 12],
    sparseInitializer: ['repeated', 'bytes', 15],
  },
  NodeProto: {
    input: ['repeated', 'string', 1],
    output: ['repeated', 'string', 2],
    opType: ['', 'string', 4],
    attribute: ['repeated', 'AttributeProto', 5],
    domain: ['', 'string', 7],
  },
  AttributeProto: {
    name: ['', 'string', 1],
    f: ['', 'float', 2],
    i: ['', 'int64', 3],
    s: ['', 'bytes', 4],
    t: ['', 'TensorProto', 5],
    floats: ['repeated', 'float', 7],
    ints: ['repeated', 'int64', 8],
    strings: ['repeated', 'bytes', 9],
    tensors: ['repeated', 'TensorProto', 10],
    type: ['', 'int32', 20],
  },
  TensorProto: {
    dims: ['repeated', 'int64', 1],
    dataType: ['', 'int32', 2],
    floatData: ['repeated', 'float', 4],
    int32Data: ['repeated', 'int32', 5],
    stringData: ['repeated', 'bytes', 6],
    int64Data: ['repeated', 'int64', 7],
    name: ['', 'string', 8],
    rawData: ['', 'bytes', 9],
    doubleData: ['repeated', 'double', 10],
    uint64Data: ['repeated', 'uint64', 11],
    dataLocation: ['', 'int32', 14],
  },
  ValueInfoProto: { name: ['', 'string', 1], type: ['', 'TypeProto', 2] },
  TypeProto: { tensorType: ['', 'TensorTypeProto', 1] },
  TensorTypeProto: { elemType: ['', 'int32', 1], shape: ['', 'TensorShapeProto', 2] },
  TensorShapeProto: { dim: ['repeated', 'DimensionProto', 1] },
  DimensionProto: { dimValue: ['', 'int64', 1], dimParam: ['', 'string', 2] },
}

const PACKABLE = new Set(['float', 'double', 'int64', 'uint64', 'int32'])

const modelType = reflect().lookupType('ModelProto')

function reflect(): protobuf.Root {
  const root = new protobuf.Root()
  for (const [name, fields] of Object.entries(MESSAGES)) {
    const message = new protobuf.Type(name)
    for (const [field, [rule, type, id]] of Object.entries(fields)) {
      // Every protobuf reader takes packed and unpacked alike; packed is a fifth smaller.
      const options = rule === 'repeated' ? { packed: PACKABLE.has(type) } : undefined
      message.add(new protobuf.Field(field, id, type, rule === '' ? undefined : rule, undefined, options))
    }
    root.add(message)
  }
  return root
}

/** The bytes of an ONNX file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(model).finish()
}

/**
 * Reads an ONNX file whole, as far as the messages above go.
 *
 * @throws Error if the bytes are not protobuf
 */
export function decodeOnnx(bytes: Uint8Array): Partial<OnnxModel> {
  return modelType.toObject(modelType.decode(bytes), { longs: Number }) as Partial<OnnxModel>
}

/**
 * The metadata of an ONNX file.
 *
 * @throws Error if the bytes are not protobuf
 */
export function decodeOnnxMetadata(bytes: Uint8Array): ReadonlyMap<string, string> {
  return new Map((decodeOnnx(bytes).metadataProps ?? []).map(({ key, value }) => [key, value]))
}
