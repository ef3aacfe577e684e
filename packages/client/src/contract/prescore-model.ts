import { NETWORK_INPUTS, type NetworkInput } from './derive.ts'
import { SIGNAL_SCHEMA_ID } from './signals.ts'

export const PRESCORE_FORMAT = 'atalaya-prescore/1'

/**
 * A pre-score network as data.
 *
 * @property id content hash of all the rest; tokens name it
 * @property inputs one entry an input the network reads, with its stored preprocessing: `fill` (median) for a
 *   missing value, winsorising to `low..high`, then `(value - mean) * scale`; `mask` adds a 0/1 input that says
 *   "was missing", after all the values
 * @property layers dense layers; `kernel` is [inputs, units] row-major and `bias` [units], both base64 of
 *   little-endian float32
 */
export interface PreScoreModel {
  readonly format: typeof PRESCORE_FORMAT
  readonly id: string
  readonly signalSchema: string
  readonly inputs: readonly PreScoreInput[]
  readonly layers: readonly PreScoreLayer[]
}
export interface PreScoreInput {
  readonly name: NetworkInput
  readonly fill: number
  readonly low: number
  readonly high: number
  readonly mean: number
  readonly scale: number
  readonly mask: boolean
}
export interface PreScoreLayer {
  readonly units: number
  readonly activation: 'relu' | 'sigmoid'
  readonly kernel: string
  readonly bias: string
}

/**
 * Applies a model's stored preprocessing to network inputs (order of {@link NETWORK_INPUTS}, `NaN` missing).
 * Double arithmetic rounded once to float32: the same bits in every engine.
 *
 * @returns the network's first layer input: values, then masks
 */
export function preprocess(model: PreScoreModel, inputs: Float64Array): Float32Array {
  const first = new Float32Array(inputWidth(model))
  let mask = model.inputs.length
  for (let index = 0; index < model.inputs.length; index++) {
    const input = model.inputs[index]
    if (input === undefined) continue
    const raw = inputs[PLACES.get(input.name) ?? -1] ?? Number.NaN
    const missing = Number.isNaN(raw)
    const value = missing ? input.fill : Math.min(input.high, Math.max(input.low, raw))
    first[index] = (value - input.mean) * input.scale
    if (input.mask) first[mask++] = missing ? 1 : 0
  }
  return first
}

const PLACES: ReadonlyMap<NetworkInput, number> = new Map(NETWORK_INPUTS.map((name, place) => [name, place]))

/** Values of the network's first layer input. */
export function inputWidth(model: PreScoreModel): number {
  let width = model.inputs.length
  for (const { mask } of model.inputs) if (mask) width++
  return width
}

/** Why a model cannot be run by this build, or `undefined` when it can. */
export function preScoreModelFault(model: PreScoreModel): string | undefined {
  if (model.format !== PRESCORE_FORMAT)
    return `format is ${model.format}, this build reads ${PRESCORE_FORMAT}`
  if (model.signalSchema !== SIGNAL_SCHEMA_ID) {
    return `signal schema is ${model.signalSchema}, this build has ${SIGNAL_SCHEMA_ID}`
  }
  const unknown = model.inputs.find(input => !NETWORK_INPUTS.includes(input.name))
  if (unknown) return `input ${unknown.name} is not known to this build`
  return model.layers.at(-1)?.units === 1 ? undefined : 'the last layer must have one unit'
}
