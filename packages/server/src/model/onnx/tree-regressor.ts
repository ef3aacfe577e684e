import { ATTRIBUTE, type OnnxAttribute, type OnnxNode } from './proto.ts'

/** One tree: node 0 is the root, children are indices into the same list. */
export type TreeNodes = readonly (Split | Leaf)[]

/** A value smaller than the threshold goes left. */
export interface Split {
  readonly column: number
  readonly threshold: number
  readonly left: number
  readonly right: number
  readonly isMissingLeft: boolean
}

export interface Leaf {
  /** One weight per target, added to the output. */
  readonly weights: readonly number[]
}

/** A TreeEnsembleRegressor of `ai.onnx.ml` 3: the sum over all trees of the reached leaf's weights, per target. */
export function regressor(
  input: string,
  output: string,
  targets: number,
  trees: Iterable<TreeNodes>,
): OnnxNode {
  const encoder = new TextEncoder()
  const branch = encoder.encode('BRANCH_LT')
  const leaf = encoder.encode('LEAF')
  const node = {
    tree: [] as number[],
    id: [] as number[],
    column: [] as number[],
    threshold: [] as number[],
    mode: [] as Uint8Array[],
    left: [] as number[],
    right: [] as number[],
    isMissingLeft: [] as number[],
  }
  const target = { tree: [] as number[], node: [] as number[], id: [] as number[], weight: [] as number[] }
  let treeId = 0
  for (const tree of trees) {
    for (const [id, entry] of tree.entries()) {
      const split = 'weights' in entry ? undefined : entry
      node.tree.push(treeId)
      node.id.push(id)
      node.column.push(split?.column ?? 0)
      node.threshold.push(split?.threshold ?? 0)
      node.mode.push(split ? branch : leaf)
      node.left.push(split?.left ?? 0)
      node.right.push(split?.right ?? 0)
      node.isMissingLeft.push(split?.isMissingLeft ? 1 : 0)
      if ('weights' in entry)
        for (const [targetId, weight] of entry.weights.entries()) {
          target.tree.push(treeId)
          target.node.push(id)
          target.id.push(targetId)
          target.weight.push(weight)
        }
    }
    treeId++
  }
  return {
    opType: 'TreeEnsembleRegressor',
    domain: 'ai.onnx.ml',
    input: [input],
    output: [output],
    attribute: [
      { name: 'n_targets', type: ATTRIBUTE.int, i: targets },
      ints('nodes_treeids', node.tree),
      ints('nodes_nodeids', node.id),
      ints('nodes_featureids', node.column),
      floats('nodes_values', node.threshold),
      { name: 'nodes_modes', type: ATTRIBUTE.strings, strings: node.mode },
      ints('nodes_truenodeids', node.left),
      ints('nodes_falsenodeids', node.right),
      ints('nodes_missing_value_tracks_true', node.isMissingLeft),
      ints('target_treeids', target.tree),
      ints('target_nodeids', target.node),
      ints('target_ids', target.id),
      floats('target_weights', target.weight),
    ],
  }
}

function ints(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: ATTRIBUTE.ints, ints: values }
}

function floats(name: string, values: readonly number[]): OnnxAttribute {
  return { name, type: ATTRIBUTE.floats, floats: values }
}
