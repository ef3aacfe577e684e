import type { Attributes } from './attributes.ts'
import { nominalCode } from './attributes.ts'

/** Rank of a missing number: real ones lie between 0 and 1. */
const MISSING_RANK = -1

/** Rows prepared for measuring distances. */
interface Prepared {
  readonly rows: number
  /** Row-major, one rank a number. */
  readonly ranks: Float32Array
  readonly numbers: number
  /** Row-major, one code a nominal attribute. */
  readonly codes: Uint8Array
  readonly nominals: number
  /** Squared distance of two nominal values that differ. */
  readonly penalty: number
}

/**
 * The nearest rows of each row.
 *
 * The distance is SMOTE-NC's on ranks: a number stands as its share of known values below it, so that an amount in
 * minor units does not drown a count, and no outlier stretches its column. Squared rank differences add up; two
 * differing nominal values add the square of the median standard deviation of the numbers (Chawla et al. 2002,
 * section 6.1). Whether a number is missing counts as a nominal value; two missing values do not differ.
 *
 * @param values row-major
 * @param count neighbours wanted a row; fewer when there are not so many other rows
 * @returns row numbers, nearest first, `min(count, rows - 1)` a row
 */
export function nearestNeighbours(
  values: Float32Array,
  width: number,
  attributes: Attributes,
  count: number,
): Uint32Array {
  const prepared = prepare(values, width, attributes)
  const wanted = Math.min(count, prepared.rows - 1)
  const nearest = new Uint32Array(prepared.rows * wanted)
  const distances = new Float64Array(wanted)
  for (let row = 0; row < prepared.rows; row++) {
    const found = nearest.subarray(row * wanted, (row + 1) * wanted)
    distances.fill(Number.POSITIVE_INFINITY)
    for (let other = 0; other < prepared.rows; other++) {
      if (other === row) continue
      const distance = squaredDistance(prepared, row, other, distances[wanted - 1] as number)
      insert(found, distances, other, distance)
    }
  }
  return nearest
}

/** Puts a row among the nearest so far; of equal distances the earlier row stays first. */
function insert(found: Uint32Array, distances: Float64Array, row: number, distance: number): void {
  let place = distances.length
  while (place > 0 && distance < (distances[place - 1] as number)) place--
  if (place === distances.length) return
  distances.copyWithin(place + 1, place, distances.length - 1)
  found.copyWithin(place + 1, place, found.length - 1)
  distances[place] = distance
  found[place] = row
}

/** Stops counting once the distance is no longer below the limit. */
function squaredDistance(prepared: Prepared, a: number, b: number, limit: number): number {
  const { ranks, numbers, codes, nominals, penalty } = prepared
  let distance = 0
  const [codesA, codesB] = [a * nominals, b * nominals]
  for (let at = 0; at < nominals; at++) if (codes[codesA + at] !== codes[codesB + at]) distance += penalty
  const [ranksA, ranksB] = [a * numbers, b * numbers]
  for (let at = 0; at < numbers && distance < limit; at++) {
    const x = ranks[ranksA + at] as number
    const y = ranks[ranksB + at] as number
    if (x >= 0 && y >= 0) distance += (x - y) * (x - y)
    else if (x >= 0 || y >= 0) distance += penalty
  }
  return distance
}

function prepare(values: Float32Array, width: number, { numbers, nominals }: Attributes): Prepared {
  const rows = values.length / width
  const ranks = new Float32Array(rows * numbers.length)
  const spreads: number[] = []
  for (const [at, place] of numbers.entries()) {
    const column = Float32Array.from({ length: rows }, (_, row) => values[row * width + place] as number)
    const ranked = rankColumn(column)
    for (let row = 0; row < rows; row++) ranks[row * numbers.length + at] = ranked[row] as number
    const spread = standardDeviation(ranked.filter(rank => rank >= 0))
    if (spread > 0) spreads.push(spread)
  }
  const codes = new Uint8Array(rows * nominals.length)
  for (let row = 0; row < rows; row++) {
    const rowValues = values.subarray(row * width, (row + 1) * width)
    for (const [at, nominal] of nominals.entries())
      codes[row * nominals.length + at] = nominalCode(nominal, rowValues)
  }
  spreads.sort((a, b) => a - b)
  const median = spreads[Math.floor(spreads.length / 2)] ?? 1
  return { rows, ranks, numbers: numbers.length, codes, nominals: nominals.length, penalty: median ** 2 }
}

/** Share of known values below each, those equal to it counting half. */
function rankColumn(column: Float32Array): Float32Array {
  const known = column.filter(value => !Number.isNaN(value)).sort()
  const rankOf = new Map<number, number>()
  for (let from = 0; from < known.length; ) {
    const value = known[from] as number
    let to = from + 1
    while (known[to] === value) to++
    rankOf.set(value, (from + to) / (2 * known.length))
    from = to
  }
  return column.map(value => rankOf.get(value) ?? MISSING_RANK)
}

function standardDeviation(values: Float32Array): number {
  if (values.length === 0) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
