import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { ModelError } from './errors.ts'
import type { TreeEnsemble } from './trees.ts'

const Numbers = Type.Array(Type.Number())

/** The part of a tree that is read. XGBoost's own documentation of it: doc/model.schema. */
const TreeSchema = Type.Object({
  left_children: Numbers,
  right_children: Numbers,
  split_indices: Numbers,
  split_conditions: Numbers,
  sum_hessian: Numbers,
  // 1.7 writes 0 and 1, some versions true and false.
  default_left: Type.Array(Type.Union([Type.Number(), Type.Boolean()])),
  split_type: Type.Optional(Numbers),
  tree_param: Type.Object({ size_leaf_vector: Type.Optional(Type.String()) }),
})

const ModelSchema = Type.Object({
  learner: Type.Object({
    attributes: Type.Optional(Type.Object({ best_iteration: Type.Optional(Type.String()) })),
    feature_names: Type.Optional(Type.Array(Type.String())),
    objective: Type.Object({ name: Type.String() }),
    learner_model_param: Type.Object({
      base_score: Type.String(),
      num_feature: Type.String(),
      num_class: Type.Optional(Type.String()),
      num_target: Type.Optional(Type.String()),
    }),
    gradient_booster: Type.Object({
      name: Type.String(),
      model: Type.Optional(Type.Object({ trees: Type.Array(Type.Unknown()) })),
    }),
  }),
})

const modelCheck = Compile(ModelSchema)
const treeCheck = Compile(TreeSchema)

type XgboostTree = Static<typeof TreeSchema>

/**
 * Reads a model that XGBoost saved as JSON (1.7 to 3.x).
 *
 * @throws ModelError `model_malformed` if it is not XGBoost JSON or damaged, `model_unsupported` if it is not a
 *   `gbtree` model of `binary:logistic` with numeric splits
 */
export function parseXgboostJson(json: string | Uint8Array): TreeEnsemble {
  const model: unknown = parse(json)
  if (!modelCheck.Check(model)) throw malformed(firstFault(modelCheck.Errors(model)))
  const { learner } = model
  const { learner_model_param: params, gradient_booster: booster, objective } = learner
  // The booster is asked first: a linear one has no trees at all.
  if (booster.name !== 'gbtree') throw unsupported(`the booster is "${booster.name}", not "gbtree"`)
  if (objective.name !== 'binary:logistic')
    throw unsupported(`the objective is "${objective.name}", not "binary:logistic"`)
  if (Number(params.num_class ?? 0) > 1 || Number(params.num_target ?? 1) > 1)
    throw unsupported('it has more than one output')
  const width = Number(params.num_feature)
  const columns = columnNames(learner.feature_names ?? [], width)
  const trees = (booster.model?.trees ?? []).map((tree, index) => {
    if (!treeCheck.Check(tree)) throw malformed(`tree ${index}: ${firstFault(treeCheck.Errors(tree))}`)
    checkTree(tree, index)
    return tree
  })
  if (trees.length === 0) throw malformed('it has no trees')
  const best = learner.attributes?.best_iteration
  // Python's own classes then score by the first trees alone, other readers of the file by all of them.
  if (best !== undefined && Number(best) + 1 !== trees.length)
    throw unsupported(
      `its best iteration is ${best} of ${trees.length} trees; save the slice model[:${Number(best) + 1}]`,
    )
  return flatten(trees, columns, baseMargin(params.base_score))
}

function parse(json: string | Uint8Array): unknown {
  try {
    return JSON.parse(
      typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true }).decode(json),
    )
  } catch (cause) {
    throw new ModelError(
      'model_malformed',
      'The model is not JSON. Save it with XGBoost under a name that ends in ".json".',
      { cause },
    )
  }
}

function columnNames(names: readonly string[], width: number): readonly string[] {
  if (!Number.isInteger(width) || width < 1) throw malformed('num_feature is not a positive integer')
  if (names.length === 0) return Array.from({ length: width }, (_, index) => `f${index}`)
  if (names.length !== width) throw malformed(`it has ${names.length} feature names and ${width} features`)
  return names
}

function checkTree(tree: XgboostTree, index: number): void {
  const size = tree.left_children.length
  const arrays = [
    tree.right_children,
    tree.split_indices,
    tree.split_conditions,
    tree.sum_hessian,
    tree.default_left,
  ]
  if (size === 0 || arrays.some(array => array.length !== size))
    throw malformed(`tree ${index} has arrays of unequal length`)
  if (Number(tree.tree_param.size_leaf_vector ?? 1) > 1) throw unsupported('it has vector leaves')
  if (tree.split_type?.some(type => type !== 0))
    throw unsupported('it splits on categories; encode them as numbers')
}

/**
 * The log-odds of XGBoost's base score, in float32 arithmetic as XGBoost computes it. From 3.1 the score is
 * written as a list: `[5E-1]`.
 */
function baseMargin(baseScore: string): number {
  const probability = Math.fround(Number(baseScore.replace(/^\[(.*)\]$/, '$1')))
  if (!(probability > 0 && probability < 1)) throw malformed(`base_score "${baseScore}" is not a probability`)
  const inverse = Math.fround(Math.fround(1 / probability) - 1)
  // Adding 0 turns the negative zero of a base score of 0.5 into zero.
  return Math.fround(-Math.log(inverse)) + 0
}

/** Lays the trees out in preorder; nodes that pruning cut off, whose columns mean nothing, are left behind. */
function flatten(trees: readonly XgboostTree[], columns: readonly string[], base: number): TreeEnsemble {
  const capacity = trees.reduce((sum, tree) => sum + tree.left_children.length, 0)
  const offsets = new Int32Array(trees.length + 1)
  const feature = new Int32Array(capacity)
  const value = new Float32Array(capacity)
  const right = new Int32Array(capacity).fill(-1)
  const defaultLeft = new Uint8Array(capacity)
  const cover = new Float32Array(capacity)
  let next = 0
  for (const [index, tree] of trees.entries()) {
    const root = next
    const limit = root + tree.left_children.length
    const pending: { source: number; rightOf?: number }[] = [{ source: 0 }]
    for (let visit = pending.pop(); visit !== undefined; visit = pending.pop()) {
      const { source, rightOf } = visit
      const leftChild = tree.left_children[source]
      const rightChild = tree.right_children[source]
      // A walk longer than the tree has nodes can only be a loop.
      if (leftChild === undefined || rightChild === undefined || next >= limit)
        throw malformed(`tree ${index} is not a tree`)
      const node = next++
      if (rightOf !== undefined) right[rightOf] = node
      value[node] = tree.split_conditions[source] as number
      cover[node] = tree.sum_hessian[source] as number
      if (!Number.isFinite(value[node]))
        throw malformed(`tree ${index} has a value that is not a finite number`)
      if (leftChild === -1) {
        feature[node] = -1
        continue
      }
      const column = tree.split_indices[source] as number
      if (!(column >= 0 && column < columns.length))
        throw malformed(`tree ${index} splits on a column that does not exist`)
      feature[node] = column
      defaultLeft[node] = Number(tree.default_left[source])
      // The left child is taken off first, so it becomes the next node.
      pending.push({ source: rightChild, rightOf: node }, { source: leftChild })
    }
    offsets[index + 1] = next
  }
  return {
    columns,
    baseMargin: base,
    offsets,
    feature: feature.slice(0, next),
    value: value.slice(0, next),
    right: right.slice(0, next),
    defaultLeft: defaultLeft.slice(0, next),
    cover: cover.slice(0, next),
  }
}

function firstFault(faults: readonly { instancePath: string; message: string }[]): string {
  const fault = faults[0]
  return fault === undefined ? 'unknown fault' : `${fault.instancePath || '/'} ${fault.message}`
}

function malformed(what: string): ModelError {
  return new ModelError('model_malformed', `Not a sound XGBoost JSON model: ${what}.`)
}

function unsupported(what: string): ModelError {
  return new ModelError('model_unsupported', `This XGBoost model cannot be served: ${what}.`)
}
