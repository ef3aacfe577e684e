import { createHash } from 'node:crypto'
import {
  NETWORK_INPUTS,
  PRESCORE_FORMAT,
  type PreScoreLayer,
  type PreScoreModel,
  SIGNAL_SCHEMA_ID,
} from '@atalaya/client/contract'

/** Uniform numbers in 0..1 from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A pre-score network with random weights over all inputs: its score means nothing, its bits must agree. */
export function randomModel(seed: number, hidden: readonly number[] = [16, 8]): PreScoreModel {
  const random = seededRandom(seed)
  const floats = (count: number) => {
    const bytes = Buffer.alloc(count * 4)
    for (let index = 0; index < count; index++) bytes.writeFloatLE(random() * 2 - 1, index * 4)
    return bytes.toString('base64')
  }
  const inputs = NETWORK_INPUTS.map((name, index) => ({
    name,
    fill: random(),
    low: -1,
    high: 1.5,
    mean: random(),
    scale: 0.5 + random() * 2,
    mask: index % 3 === 0,
  }))
  let width = inputs.length + inputs.filter(input => input.mask).length
  const layers: PreScoreLayer[] = []
  for (const units of [...hidden, 1]) {
    const last = layers.length === hidden.length
    layers.push({
      units,
      activation: last ? 'sigmoid' : 'relu',
      kernel: floats(width * units),
      bias: floats(units),
    })
    width = units
  }
  const content = { format: PRESCORE_FORMAT, signalSchema: SIGNAL_SCHEMA_ID, inputs, layers } as const
  const id = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16)
  return { ...content, id }
}
