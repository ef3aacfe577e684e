import { NETWORK_INPUTS, type PreScoreInput } from '@atalaya/client/contract'
import type { InputRows } from './examples.ts'

/** Shares of the training rows below and above which values are pulled in. */
const WINSORISE = { low: 0.01, high: 0.99 } as const

/**
 * Learns the stored preprocessing from training rows alone: median for what is missing, limits at the 1st and 99th
 * percentile, mean and scale after both. An input that never varies is left out. A mask input is added for the first
 * of all inputs that are missing in the same rows, since the others' masks would say the same.
 */
export function fitInputs(training: InputRows): PreScoreInput[] {
  const inputs: PreScoreInput[] = []
  const patterns = new Set<string>()
  for (const [column, name] of NETWORK_INPUTS.entries()) {
    const values = Float64Array.from(
      { length: training.rows },
      (_, row) => training.values[row * NETWORK_INPUTS.length + column] ?? Number.NaN,
    )
    const present = values.filter(value => !Number.isNaN(value)).sort()
    const missing = missingPattern(values)
    const fill = quantile(present, 0.5)
    const [low, high] = limits(present)
    const filled = values.map(value => (Number.isNaN(value) ? fill : Math.min(high, Math.max(low, value))))
    const mean = filled.reduce((sum, value) => sum + value, 0) / filled.length
    const variance = filled.reduce((sum, value) => sum + (value - mean) ** 2, 0) / filled.length
    if (present.length === 0 || !(variance > 1e-12)) continue
    const mask = missing !== null && !patterns.has(missing)
    if (missing !== null) patterns.add(missing)
    inputs.push({ name, fill, low, high, mean, scale: 1 / Math.sqrt(variance), mask })
  }
  return inputs
}

/** Percentiles, except where they would erase a rare sign: then the whole range stays. */
function limits(sorted: Float64Array): readonly [number, number] {
  const low = quantile(sorted, WINSORISE.low)
  const high = quantile(sorted, WINSORISE.high)
  const isFlag = sorted.every(value => value === 0 || value === 1)
  return isFlag || low === high ? [sorted[0] ?? 0, sorted.at(-1) ?? 0] : [low, high]
}

function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}

/** Tells which rows lack the input (FNV-1a over their numbers); null when none does. */
function missingPattern(values: Float64Array): string | null {
  let hash = 0x811c9dc5
  let count = 0
  for (const [row, value] of values.entries()) {
    if (!Number.isNaN(value)) continue
    hash = Math.imul(hash ^ row, 0x01000193)
    count++
  }
  return count === 0 ? null : `${count}:${hash}`
}
