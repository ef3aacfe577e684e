import { goesLeft, type TreeEnsemble } from '../model/trees.ts'
import type { ColumnGroup } from './column-groups.ts'
import { averagePrecision, rank } from './metrics/index.ts'
import { seededRandom } from './random.ts'

/** Average precision lost when a feature's values are replaced by those of other orders. */
export interface PermutationLoss {
  readonly feature: string
  /** Mean over the repeats; about 0, and at times below, for a feature that the model does without. */
  readonly lost: number
  /** Standard deviation over the repeats. */
  readonly spread: number
}

/** Rows to measure on, row-major. */
export interface PermutationRows {
  readonly values: Float32Array
  readonly labels: ArrayLike<number>
  /** How many orders each row stands for. */
  readonly weights: ArrayLike<number>
  /** Rows whose values are put in place of a row's own: a fair sample of the orders. */
  readonly donors: Float32Array
}

export interface PermutationOptions {
  readonly repeats: number
  readonly seed: number
}

/**
 * Permutation importance (L. Breiman, 2001): a feature is cut off from the label by giving each row the value of a
 * randomly drawn order; the columns of a category move together. Only the trees that ask the feature are walked
 * again, so the whole costs little more than scoring once per tree and feature.
 *
 * @returns one entry a feature that some tree asks, the greatest loss first
 */
export function permutationLosses(
  trees: TreeEnsemble,
  groups: readonly ColumnGroup[],
  rows: PermutationRows,
  options: PermutationOptions,
): PermutationLoss[] {
  const { labels, weights } = rows
  const leaves = new Leaves(trees, rows.values)
  const precision = (margins: Float64Array) => averagePrecision(rank({ scores: margins, labels }), weights)
  const whole = precision(leaves.margins)
  return groups
    .map(({ feature, places }, index) => {
      const asking = treesAsking(trees, places)
      if (asking.length === 0) return null
      const losses = Array.from({ length: options.repeats }, (_, repeat) => {
        const random = seededRandom(options.seed + 0x1_0000_0000 * (1 + index * options.repeats + repeat))
        return whole - precision(leaves.without(places, asking, rows.donors, random.below))
      })
      return { feature, ...meanAndSpread(losses) }
    })
    .filter(loss => loss !== null)
    .sort((a, b) => b.lost - a.lost || (a.feature < b.feature ? -1 : 1))
}

function meanAndSpread(losses: readonly number[]): { lost: number; spread: number } {
  const lost = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  const squares = losses.reduce((sum, loss) => sum + (loss - lost) ** 2, 0)
  return { lost, spread: Math.sqrt(squares / Math.max(1, losses.length - 1)) }
}

/** Trees that ask one of the columns. */
function treesAsking({ offsets, feature }: TreeEnsemble, places: readonly number[]): number[] {
  const wanted = new Set(places)
  const asking: number[] = []
  for (let tree = 0; tree + 1 < offsets.length; tree++)
    for (let node = offsets[tree] as number; node < (offsets[tree + 1] as number); node++)
      if (wanted.has(feature[node] as number)) {
        asking.push(tree)
        break
      }
  return asking
}

/** What each tree says of each row, and what it says when some columns are another row's. */
class Leaves {
  readonly margins: Float64Array
  readonly #trees: TreeEnsemble
  readonly #values: Float32Array
  readonly #width: number
  readonly #rows: number
  /** Tree by tree. */
  readonly #leaves: Float32Array

  constructor(trees: TreeEnsemble, values: Float32Array) {
    this.#trees = trees
    this.#values = values
    this.#width = trees.columns.length
    this.#rows = values.length / this.#width
    const count = trees.offsets.length - 1
    this.#leaves = new Float32Array(count * this.#rows)
    this.margins = new Float64Array(this.#rows).fill(trees.baseMargin)
    const own = new Uint8Array(this.#width)
    for (let tree = 0; tree < count; tree++)
      for (let row = 0; row < this.#rows; row++) {
        const leaf = this.#walk(tree, row * this.#width, values, 0, own)
        this.#leaves[tree * this.#rows + row] = leaf
        this.margins[row] = (this.margins[row] as number) + leaf
      }
  }

  without(
    places: readonly number[],
    asking: readonly number[],
    donors: Float32Array,
    below: (bound: number) => number,
  ): Float64Array {
    const foreign = new Uint8Array(this.#width)
    for (const place of places) foreign[place] = 1
    const donorRows = donors.length / this.#width
    const from = Uint32Array.from({ length: this.#rows }, () => below(donorRows) * this.#width)
    const margins = this.margins.slice()
    for (const tree of asking)
      for (let row = 0; row < this.#rows; row++) {
        const leaf = this.#walk(tree, row * this.#width, donors, from[row] as number, foreign)
        margins[row] = (margins[row] as number) + leaf - (this.#leaves[tree * this.#rows + row] as number)
      }
    return margins
  }

  #walk(tree: number, at: number, donors: Float32Array, donorAt: number, foreign: Uint8Array): number {
    const { offsets, feature, value, right, defaultLeft } = this.#trees
    let node = offsets[tree] as number
    let column = feature[node] as number
    while (column >= 0) {
      const x = (foreign[column] === 1 ? donors[donorAt + column] : this.#values[at + column]) as number
      const isLeft = goesLeft(x, value[node] as number, defaultLeft[node] as number)
      node = isLeft ? node + 1 : (right[node] as number)
      column = feature[node] as number
    }
    return value[node] as number
  }
}

/** Frauds are few and all count; of the others so many are enough. */
const GENUINE_ROWS = 6000
const DONOR_ROWS = 4000

/**
 * Chooses rows to measure on: every fraud, and an even sample of the others that stands for all of them.
 *
 * @param labelOf 1 fraud, 0 genuine
 */
export function permutationSample(
  rows: Uint32Array,
  labelOf: (row: number) => number,
): { readonly rows: Uint32Array; readonly weights: Float64Array; readonly donors: Uint32Array } {
  const frauds = rows.filter(row => labelOf(row) === 1)
  const genuine = rows.filter(row => labelOf(row) !== 1)
  const kept = evenly(genuine, GENUINE_ROWS)
  const weight = genuine.length / (kept.length || 1)
  return {
    rows: Uint32Array.from([...frauds, ...kept]),
    weights: Float64Array.from([...frauds.map(() => 1), ...Array.from(kept, () => weight)]),
    donors: evenly(rows, DONOR_ROWS),
  }
}

/** At most so many rows, evenly spread. */
export function evenly(rows: Uint32Array, count: number): Uint32Array {
  const wanted = Math.min(count, rows.length)
  return Uint32Array.from(
    { length: wanted },
    (_, index) => rows[Math.floor((index * rows.length) / wanted)] ?? 0,
  )
}
