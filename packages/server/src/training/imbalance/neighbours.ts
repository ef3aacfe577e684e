import type { Attributes } from './attributes.ts'
import { nominalCode } from './attributes.ts'

/** Rows prepared for measuring distances. */
interface Prepared {
  readonly rows: number
  /** Row-major, one rank a number; 0 if it is missing. */
  readonly ranks: Float32Array
  /** Beside each rank: 1, or 0 if it is missing. */
  readonly known: Float32Array
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
  const found = {
    rows: new Uint32Array(prepared.rows * wanted),
    distances: new Float64Array(prepared.rows * wanted).fill(Number.POSITIVE_INFINITY),
    wanted,
  }
  for (let row = 0; row < prepared.rows; row++)
    for (let other = row + 1; other < prepared.rows; other++) {
      const limit = Math.max(farthest(found, row), farthest(found, other))
      const distance = squaredDistance(prepared, row, other, limit)
      insert(found, row, other, distance)
      insert(found, other, row, distance)
    }
  return found.rows
}

/** The nearest so far: of each row so many numbers of other rows with their distances, nearest first. */
interface Found {
  readonly rows: Uint32Array
  readonly distances: Float64Array
  readonly wanted: number
}

const farthest = ({ distances, wanted }: Found, row: number) => distances[(row + 1) * wanted - 1] as number

/** Puts a row among the nearest of another; of equal distances the earlier row stays first. */
function insert({ rows, distances, wanted }: Found, row: number, other: number, distance: number): void {
  const [first, end] = [row * wanted, (row + 1) * wanted]
  let place = end
  while (place > first && distance < (distances[place - 1] as number)) place--
  if (place === end) return
  distances.copyWithin(place + 1, place, end - 1)
  rows.copyWithin(place + 1, place, end - 1)
  distances[place] = distance
  rows[place] = other
}

/** Stops counting once the distance is no longer below the limit. */
function squaredDistance(prepared: Prepared, row: number, other: number, limit: number): number {
  const { ranks, known, numbers, codes, nominals, penalty } = prepared
  let distance = 0
  const [codesA, codesB] = [row * nominals, other * nominals]
  for (let at = 0; at < nominals; at++) if (codes[codesA + at] !== codes[codesB + at]) distance += penalty
  const [ranksA, ranksB] = [row * numbers, other * numbers]
  for (let at = 0; at < numbers && distance < limit; at++) {
    const apart = (ranks[ranksA + at] as number) - (ranks[ranksB + at] as number)
    const a = known[ranksA + at] as number
    const b = known[ranksB + at] as number
    // Arithmetic instead of branches, which scattered missing values would make three times slower.
    distance += a * b * apart * apart + (a - b) * (a - b) * penalty
  }
  return distance
}

function prepare(values: Float32Array, width: number, { numbers, nominals }: Attributes): Prepared {
  const rows = values.length / width
  const ranks = new Float32Array(rows * numbers.length)
  const known = new Float32Array(rows * numbers.length)
  const spreads: number[] = []
  for (const [at, place] of numbers.entries()) {
    const column = Float32Array.from({ length: rows }, (_, row) => values[row * width + place] as number)
    const ranked = rankColumn(column)
    for (const [row, rank] of ranked.entries()) {
      if (Number.isNaN(rank)) continue
      ranks[row * numbers.length + at] = rank
      known[row * numbers.length + at] = 1
    }
    const spread = standardDeviation(ranked.filter(rank => !Number.isNaN(rank)))
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
  return {
    rows,
    ranks,
    known,
    numbers: numbers.length,
    codes,
    nominals: nominals.length,
    penalty: median ** 2,
  }
}

/** Share of known values below each, those equal to it counting half; NaN stays. */
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
  return column.map(value => rankOf.get(value) ?? Number.NaN)
}

function standardDeviation(values: Float32Array): number {
  if (values.length === 0) return 0
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
