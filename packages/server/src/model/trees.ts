import { ModelError } from './errors.ts'

/**
 * A gradient-boosted tree ensemble of `binary:logistic` with numeric splits, as flat arrays over all nodes of all
 * trees. Each tree lies in preorder: a parent before its children, the left child directly behind its parent, so a
 * walk streams through memory. Plain data: it can be sent to a worker.
 */
export interface TreeEnsemble {
  /** Column names, in the order of a row. */
  readonly columns: readonly string[]
  /** Log-odds the sum starts from, a float32 value. */
  readonly baseMargin: number
  /** Index of each tree's root, and the total node count behind the last. */
  readonly offsets: Int32Array
  /** Column a node splits on; -1 at a leaf. */
  readonly feature: Int32Array
  /** A row whose value is smaller goes left; at a leaf, the leaf's value. */
  readonly value: Float32Array
  /** Index of the right child, -1 at a leaf; the left child is the next node. */
  readonly right: Int32Array
  /** 1 where a missing value goes left. */
  readonly defaultLeft: Uint8Array
  /** Sum of the training rows' hessians at the node, which path-dependent SHAP weighs branches by. */
  readonly cover: Float32Array
}

/** The number of trees. */
export function treeCount(trees: TreeEnsemble): number {
  return trees.offsets.length - 1
}

/**
 * The log-odds of one row, summed tree by tree in float32 as XGBoost does, and equal to its margin to the bit.
 * (With a base score other than 0.5 the one logarithm behind `baseMargin` may differ from the C library's by its
 * last bit.)
 *
 * @param row one value per column; NaN is missing
 * @throws ModelError `model_bad_input` if the row has another width
 */
export function margin(trees: TreeEnsemble, row: Float32Array): number {
  checkWidth(trees, row)
  const { offsets, feature, value, right, defaultLeft } = trees
  let sum = trees.baseMargin
  for (let tree = 0; tree + 1 < offsets.length; tree++) {
    let node = offsets[tree] as number
    let column = feature[node] as number
    while (column >= 0) {
      const isLeft = goesLeft(row[column] as number, value[node] as number, defaultLeft[node] as number)
      node = isLeft ? node + 1 : (right[node] as number)
      column = feature[node] as number
    }
    sum = Math.fround(sum + (value[node] as number))
  }
  return sum
}

/** XGBoost's test of a numeric split; a missing value (NaN) takes the default direction. */
export function goesLeft(x: number, threshold: number, defaultLeft: number): boolean {
  return x < threshold || (defaultLeft === 1 && Number.isNaN(x))
}

/** @throws ModelError `model_bad_input` if the row has not one value per column */
export function checkWidth(trees: TreeEnsemble, row: Float32Array): void {
  if (row.length !== trees.columns.length)
    throw new ModelError(
      'model_bad_input',
      `The row has ${row.length} values; the model has ${trees.columns.length} columns.`,
    )
}
