import { decodeSignals, NETWORK_INPUTS, networkInputs, type SignalVector } from '@atalaya/client/contract'
import { seededRandom } from '../random.ts'

/** Sessions with known labels. */
export interface Examples {
  readonly vectors: readonly SignalVector[]
  /** 1 fraud, 0 genuine. */
  readonly labels: readonly number[]
}

/** Network inputs of some sessions, row-major in the order of the contract, with what each row counts for. */
export interface InputRows {
  readonly rows: number
  readonly values: Float64Array
  readonly labels: Float32Array
  readonly weights: Float32Array
}

/** Genuine sessions kept for each fraud: more of them sharpen the network no further and only cost time. */
const GENUINE_PER_FRAUD = 30
/** At most this many rows are kept in all. */
const MOST_ROWS = 60_000

/**
 * Draws a smaller set: every fraud, some of the genuine, whose weight makes up for those that were left out, so that
 * the network still learns the probabilities of the whole.
 */
export function drawRows({ vectors, labels }: Examples, seed: number): InputRows {
  const random = seededRandom(seed)
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  const genuine = labels.length - frauds
  const wanted = Math.max(0, Math.min(MOST_ROWS - frauds, Math.max(2_000, frauds * GENUINE_PER_FRAUD)))
  const share = genuine === 0 ? 1 : Math.min(1, wanted / genuine)
  const kept: number[] = []
  for (const [row, label] of labels.entries()) if (label === 1 || random.next() < share) kept.push(row)
  const keptGenuine = kept.length - frauds
  const values = new Float64Array(kept.length * NETWORK_INPUTS.length)
  const drawn = new Float32Array(kept.length)
  const weights = new Float32Array(kept.length)
  for (const [at, row] of kept.entries()) {
    const vector = vectors[row]
    if (vector === undefined) throw new RangeError(`${labels.length} labels but ${vectors.length} sessions`)
    values.set(networkInputs(decodeSignals(vector)), at * NETWORK_INPUTS.length)
    drawn[at] = labels[row] ?? 0
    weights[at] = labels[row] === 1 ? 1 : genuine / keptGenuine
  }
  return { rows: kept.length, values, labels: drawn, weights }
}
