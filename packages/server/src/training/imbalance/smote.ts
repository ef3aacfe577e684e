import { type Random, seededRandom, shuffle } from '../random.ts'
import { type Attributes, attributesOf, MISSING, nominalCode, writeNominal } from './attributes.ts'
import { nearestNeighbours } from './neighbours.ts'

/** Neighbours that a synthetic row may lie between, and that vote on its nominal values. */
const NEIGHBOURS = 5

/** Of more frauds than these a seeded sample is interpolated: the search for neighbours is quadratic. */
const MOST_SOURCES = 4000

/** Rows, row-major. */
export interface Rows {
  readonly values: Float32Array
  readonly columns: readonly string[]
}

/**
 * Makes synthetic rows of a class out of its real ones by SMOTE-NC.
 *
 * Each lies at a random point between a real row and one of its five nearest ({@link nearestNeighbours}): numbers on
 * the straight line between the two, those of a column of whole numbers rounded, since no real row has half an order
 * and trees would see it. A yes/no, a category, and whether a number is missing are what most of the neighbours have;
 * a number that only one of the two ends knows is that end's.
 *
 * N. V. Chawla, K. W. Bowyer, L. O. Hall, W. P. Kegelmeyer, "SMOTE: Synthetic Minority Over-sampling Technique",
 * JAIR 16 (2002), section 6.1.
 *
 * @param minority rows of the class, at least two
 * @param count rows wanted
 * @returns row-major, in the same columns; the same seed gives the same bytes
 */
export function smoteRows({ values, columns }: Rows, count: number, seed: number): Float32Array {
  const random = seededRandom(seed)
  const width = columns.length
  const attributes = attributesOf(columns)
  const sources = sampleRows(values, width, random)
  const rows = sources.length / width
  const nearest = nearestNeighbours(sources, width, attributes, NEIGHBOURS)
  const neighbours = nearest.length / rows
  const whole = wholeNumberColumns(sources, width)
  const rowAt = (row: number) => sources.subarray(row * width, (row + 1) * width)
  const bases = shuffled(rows, random)
  const out = new Float32Array(count * width)
  for (let made = 0; made < count; made++) {
    const base = bases[made % rows] as number
    const around = Array.from(nearest.subarray(base * neighbours, (base + 1) * neighbours), rowAt)
    const towards = around[random.below(neighbours)] as Float32Array
    const target = out.subarray(made * width, (made + 1) * width)
    writeNumbers(target, { base: rowAt(base), towards, around, gap: random.next() }, attributes, whole)
    for (const nominal of attributes.nominals) {
      const votes = around.map(row => nominalCode(nominal, row))
      writeNominal(nominal, mostCommon(votes), target)
    }
  }
  return out
}

interface Segment {
  readonly base: Float32Array
  readonly towards: Float32Array
  readonly around: readonly Float32Array[]
  readonly gap: number
}

function writeNumbers(
  target: Float32Array,
  { base, towards, around, gap }: Segment,
  { numbers }: Attributes,
  whole: Uint8Array,
): void {
  for (const place of numbers) {
    const from = base[place] as number
    const to = towards[place] as number
    let missing = 0
    for (const row of around) if (Number.isNaN(row[place])) missing++
    const value =
      2 * missing > around.length
        ? Number.NaN
        : Number.isNaN(from)
          ? to
          : Number.isNaN(to)
            ? from
            : from + gap * (to - from)
    target[place] = whole[place] === 1 ? Math.round(value) : value
  }
}

/** The value most neighbours have; of equally common ones that of the nearest. */
function mostCommon(votes: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1)
  let best = votes[0] ?? MISSING
  for (const [vote, count] of counts) if (count > (counts.get(best) ?? 0)) best = vote
  return best
}

/** 1 for each column all of whose known values are whole. */
function wholeNumberColumns(values: Float32Array, width: number): Uint8Array {
  const whole = new Uint8Array(width).fill(1)
  for (const [at, value] of values.entries())
    if (!Number.isNaN(value) && !Number.isInteger(value)) whole[at % width] = 0
  return whole
}

function sampleRows(values: Float32Array, width: number, random: Random): Float32Array {
  const rows = values.length / width
  if (rows <= MOST_SOURCES) return values
  const kept = shuffled(rows, random).subarray(0, MOST_SOURCES).sort()
  const sample = new Float32Array(MOST_SOURCES * width)
  for (const [at, row] of kept.entries())
    sample.set(values.subarray(row * width, (row + 1) * width), at * width)
  return sample
}

function shuffled(count: number, random: Random): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, place) => place)
  shuffle(order, random)
  return order
}
