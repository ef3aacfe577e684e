import { gaussLegendre } from './quadrature.ts'
import { checkWidth, goesLeft, type TreeEnsemble, treeCount } from './trees.ts'

/** How much each column moved one row's margin away from the average. */
export interface Explanation {
  /** SHAP value per column, in log-odds. */
  readonly contributions: Float64Array
  /** The average margin over the training rows; bias and contributions sum to the row's margin. */
  readonly bias: number
}

/** A node's state for one row, which selects a column of the tables below. */
const HOT = 0
const COLD = 1
const OFF = 2
const STATES = 3

/**
 * Exact path-dependent TreeSHAP, the values of XGBoost's `pred_contribs`.
 *
 * S. Lundberg et al., "Consistent individualized feature attribution for tree ensembles" (2018) defines the game: a
 * leaf of value v whose path asks the features i is worth v * prod(o_i known, z_i unknown), where o_i is 1 if the row
 * satisfies every test of i on the path, and z_i is the share of training rows that do. The Shapley value of such a
 * product is an integral over its multilinear extension (G. Owen, 1972),
 *
 *   phi_i = v * (o_i - z_i) * integral over t in [0, 1] of prod over j != i of (t * o_j + (1 - t) * z_j)
 *
 * whose integrand is a polynomial of a degree below the number of features on the path, so Gauss-Legendre quadrature
 * with half as many points is exact: 3 points for trees of depth 6. With the points fixed, the products of all leaves
 * are made in one pass down the tree and their sums in one pass up (the idea of P. Yu et al., "Linear TreeShap",
 * 2022), in time proportional to nodes * points rather than leaves * depth^2. What depends on the tree alone is
 * tabulated once, so a row costs three multiplications per node and point and no division.
 */
export class TreeShap {
  /** The average margin over the training rows. */
  readonly bias: number
  readonly #trees: TreeEnsemble
  readonly #points: number
  /** Parent of a node, counted from its tree's root. */
  readonly #parent: Int32Array
  /** Column tested on the edge into a node. */
  readonly #edgeColumn: Int32Array
  /**
   * For the edges below a node: the nearest node above whose edge tested the same column, counted from the tree's
   * root; 0, the root itself, if there is none.
   */
  readonly #sameColumnAbove: Int32Array
  /** Per node, state and point: what the product is multiplied with on the way down. */
  readonly #factor: Float64Array
  /** Laid out like `factor`: what the sum of the leaves below is multiplied with to give the edge's contribution. */
  readonly #gain: Float64Array
  /** Scratch of one tree: where each node's entries of the tables begin for the row at hand. */
  readonly #slot: Int32Array
  readonly #isOn: Uint8Array
  readonly #product: Float64Array
  readonly #sum: Float64Array

  constructor(trees: TreeEnsemble) {
    const nodes = trees.feature.length
    this.#trees = trees
    this.#parent = new Int32Array(nodes)
    this.#edgeColumn = new Int32Array(nodes)
    this.#sameColumnAbove = new Int32Array(nodes)
    // Share of the training rows that pass every test of a node's edge column down to the node.
    const share = new Float64Array(nodes).fill(1)
    let largest = 0
    let longest = 1
    let bias = trees.baseMargin
    for (let tree = 0; tree < treeCount(trees); tree++) {
      const shape = this.#measure(tree, share)
      largest = Math.max(largest, shape.size)
      longest = Math.max(longest, shape.longestPath)
      bias += shape.mean
    }
    this.bias = bias
    this.#points = Math.ceil(longest / 2)
    this.#factor = new Float64Array(nodes * STATES * this.#points)
    this.#gain = new Float64Array(nodes * STATES * this.#points)
    this.#tabulate(share)
    this.#slot = new Int32Array(largest)
    this.#isOn = new Uint8Array(largest)
    this.#product = new Float64Array(largest * this.#points)
    this.#sum = new Float64Array(largest * this.#points)
  }

  /** Links one tree's nodes and finds the most distinct columns on a path and the mean leaf. */
  #measure(tree: number, share: Float64Array): { size: number; longestPath: number; mean: number } {
    const { offsets, feature, value, right, cover } = this.#trees
    const root = offsets[tree] as number
    const size = (offsets[tree + 1] as number) - root
    const columnsAbove = new Int32Array(size)
    const weight = new Float64Array(size)
    weight[0] = 1
    let longestPath = 0
    let mean = 0
    for (let local = 0; local < size; local++) {
      const node = root + local
      const column = feature[node] as number
      if (column < 0) {
        mean += (weight[local] as number) * (value[node] as number)
        longestPath = Math.max(longestPath, columnsAbove[local] as number)
        continue
      }
      let above = local
      while (above > 0 && this.#edgeColumn[root + above] !== column)
        above = this.#parent[root + above] as number
      this.#sameColumnAbove[node] = above
      for (const child of [node + 1, right[node] as number]) {
        const childLocal = child - root
        // A node no training row reached tells nothing of its children: they count alike.
        const ratio = (cover[node] as number) > 0 ? (cover[child] as number) / (cover[node] as number) : 0.5
        this.#parent[child] = local
        this.#edgeColumn[child] = column
        share[child] = ratio * (above > 0 ? (share[root + above] as number) : 1)
        columnsAbove[childLocal] = (columnsAbove[local] as number) + (above > 0 ? 0 : 1)
        weight[childLocal] = (weight[local] as number) * ratio
      }
    }
    return { size, longestPath, mean }
  }

  #tabulate(share: Float64Array): void {
    const { points, weights } = gaussLegendre(this.#points)
    const { offsets } = this.#trees
    for (let tree = 0; tree < treeCount(this.#trees); tree++) {
      const root = offsets[tree] as number
      const end = offsets[tree + 1] as number
      for (let node = root + 1; node < end; node++) {
        const above = this.#sameColumnAbove[root + (this.#parent[node] as number)] as number
        const z = share[node] as number
        // Without a test of the column above, the term to replace is 1 and had no contribution.
        const zAbove = above > 0 ? (share[root + above] as number) : 1
        const hot = (node * STATES + HOT) * this.#points
        const cold = (node * STATES + COLD) * this.#points
        const off = (node * STATES + OFF) * this.#points
        for (let point = 0; point < this.#points; point++) {
          const t = points[point] as number
          const weight = weights[point] as number
          const on = t + (1 - t) * z
          const onAbove = t + (1 - t) * zAbove
          const gainAbove = (1 - zAbove) / onAbove
          this.#factor[hot + point] = on / onAbove
          this.#gain[hot + point] = weight * ((1 - z) / on - gainAbove)
          this.#factor[cold + point] = ((1 - t) * z) / onAbove
          this.#gain[cold + point] = weight * (-1 / (1 - t) - gainAbove)
          // The row failed a test of this column above: both terms are (1 - t) * z, so the gain is already counted.
          this.#factor[off + point] = zAbove > 0 ? z / zAbove : 0
        }
      }
    }
  }

  /**
   * Explains one row.
   *
   * @param row one value per column; NaN is missing
   * @throws ModelError `model_bad_input` if the row has another width
   */
  explain(row: Float32Array): Explanation {
    checkWidth(this.#trees, row)
    const contributions = new Float64Array(row.length)
    for (let tree = 0; tree < treeCount(this.#trees); tree++) {
      this.#route(tree, row)
      this.#accumulate(tree, contributions)
    }
    return { contributions, bias: this.bias }
  }

  /** Finds every node's state for the row: one comparison per inner node. */
  #route(tree: number, row: Float32Array): void {
    const { offsets, feature, value, right, defaultLeft } = this.#trees
    const sameColumnAbove = this.#sameColumnAbove
    const slot = this.#slot
    const isOn = this.#isOn
    const points = this.#points
    const root = offsets[tree] as number
    const end = offsets[tree + 1] as number
    isOn[0] = 1
    for (let node = root; node < end; node++) {
      const column = feature[node] as number
      if (column < 0) continue
      const isLeft = goesLeft(row[column] as number, value[node] as number, defaultLeft[node] as number)
      const leftChild = node + 1 - root
      const rightChild = (right[node] as number) - root
      const hot = isLeft ? leftChild : rightChild
      const cold = isLeft ? rightChild : leftChild
      const wasOn = isOn[sameColumnAbove[node] as number] as number
      isOn[hot] = wasOn
      isOn[cold] = 0
      slot[hot] = ((root + hot) * STATES + (wasOn === 1 ? HOT : OFF)) * points
      slot[cold] = ((root + cold) * STATES + (wasOn === 1 ? COLD : OFF)) * points
    }
  }

  /** Adds one tree's contributions: products on the way down, sums of leaves on the way up. */
  #accumulate(tree: number, contributions: Float64Array): void {
    const { offsets, feature, value } = this.#trees
    const parent = this.#parent
    const edgeColumn = this.#edgeColumn
    const factor = this.#factor
    const gain = this.#gain
    const slot = this.#slot
    const product = this.#product
    const sum = this.#sum
    const points = this.#points
    const root = offsets[tree] as number
    const size = (offsets[tree + 1] as number) - root
    product.fill(1, 0, points)
    for (let local = 1; local < size; local++) {
      const node = root + local
      const at = local * points
      const above = (parent[node] as number) * points
      const entry = slot[local] as number
      const leafValue = (feature[node] as number) < 0 ? (value[node] as number) : 0
      for (let point = 0; point < points; point++) {
        const p = (product[above + point] as number) * (factor[entry + point] as number)
        product[at + point] = p
        sum[at + point] = p * leafValue
      }
    }
    for (let local = size - 1; local > 0; local--) {
      const node = root + local
      const at = local * points
      const above = (parent[node] as number) * points
      const entry = slot[local] as number
      let contribution = 0
      for (let point = 0; point < points; point++) {
        const below = sum[at + point] as number
        contribution += below * (gain[entry + point] as number)
        sum[above + point] = (sum[above + point] as number) + below
      }
      const column = edgeColumn[node] as number
      contributions[column] = (contributions[column] as number) + contribution
    }
  }
}
