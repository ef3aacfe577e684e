import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TreeShap } from './shap.ts'
import { margin, type TreeEnsemble } from './trees.ts'

const COLUMNS = 4

type Grown =
  | { leaf: number; cover: number }
  | { column: number; threshold: number; isMissingLeft: boolean; children: [Grown, Grown] }

/** Trees in which columns repeat on a path, covers may be tiny, and depth varies. */
const { tree } = fc.letrec<{ tree: Grown }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: false },
    fc.record({ leaf: fc.float({ min: -2, max: 2, noNaN: true }), cover: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({
      column: fc.integer({ min: 0, max: COLUMNS - 1 }),
      threshold: fc.integer({ min: -3, max: 3 }),
      isMissingLeft: fc.boolean(),
      children: fc.tuple(tie('tree'), tie('tree')),
    }),
  ),
}))

const row = fc
  .array(fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -4, max: 4 }) }, fc.constant(Number.NaN)), {
    minLength: COLUMNS,
    maxLength: COLUMNS,
  })
  .map(values => Float32Array.from(values))

function ensemble(grown: readonly Grown[]): TreeEnsemble {
  const nodes = {
    feature: [] as number[],
    value: [] as number[],
    right: [] as number[],
    left: [] as number[],
    cover: [] as number[],
  }
  const place = (node: Grown): number => {
    const at = nodes.feature.length
    const isLeaf = 'leaf' in node
    nodes.feature.push(isLeaf ? -1 : node.column)
    nodes.value.push(isLeaf ? node.leaf : node.threshold)
    nodes.left.push(!isLeaf && node.isMissingLeft ? 1 : 0)
    nodes.right.push(-1)
    nodes.cover.push(isLeaf ? node.cover : 0)
    if (!isLeaf) {
      const left = place(node.children[0])
      const right = place(node.children[1])
      nodes.right[at] = right
      nodes.cover[at] = (nodes.cover[left] ?? 0) + (nodes.cover[right] ?? 0)
    }
    return at
  }
  const offsets = [...grown.map(place), nodes.feature.length]
  return {
    columns: Array.from({ length: COLUMNS }, (_, index) => `f${index}`),
    baseMargin: 0.125,
    offsets: Int32Array.from(offsets),
    feature: Int32Array.from(nodes.feature),
    value: Float32Array.from(nodes.value),
    right: Int32Array.from(nodes.right),
    defaultLeft: Uint8Array.from(nodes.left),
    cover: Float32Array.from(nodes.cover),
  }
}

/** The game's value when only the columns of the set are known: unknown splits average both sides by cover. */
function gameValue(trees: TreeEnsemble, values: Float32Array, known: number): number {
  const descend = (node: number): number => {
    const column = trees.feature[node] ?? -1
    const value = trees.value[node] ?? 0
    if (column < 0) return value
    const left = node + 1
    const right = trees.right[node] ?? 0
    if (known & (1 << column)) {
      const x = values[column] ?? 0
      return descend(x < value || (Number.isNaN(x) && trees.defaultLeft[node] === 1) ? left : right)
    }
    const share = (trees.cover[left] ?? 0) / (trees.cover[node] ?? 1)
    return share * descend(left) + (1 - share) * descend(right)
  }
  return trees.offsets.slice(0, -1).reduce((sum, root) => sum + descend(root), trees.baseMargin)
}

/** Shapley's formula itself, over all subsets. */
function shapley(trees: TreeEnsemble, values: Float32Array, column: number): number {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  let sum = 0
  for (let known = 0; known < 1 << COLUMNS; known++) {
    if (known & (1 << column)) continue
    const size = known.toString(2).replaceAll('0', '').length
    const weight = (factorial(size) * factorial(COLUMNS - size - 1)) / factorial(COLUMNS)
    sum += weight * (gameValue(trees, values, known | (1 << column)) - gameValue(trees, values, known))
  }
  return sum
}

describe('TreeShap', () => {
  it("equals Shapley's formula over all subsets of columns", () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 3 }), row, (grown, values) => {
        const trees = ensemble(grown)
        const { contributions, bias } = new TreeShap(trees).explain(values)
        expect(bias).toBeCloseTo(gameValue(trees, values, 0), 6)
        for (let column = 0; column < COLUMNS; column++)
          expect(contributions[column]).toBeCloseTo(shapley(trees, values, column), 6)
      }),
      { numRuns: 300 },
    )
  })

  it('sums with the bias to the margin', () => {
    fc.assert(
      fc.property(fc.array(tree, { minLength: 1, maxLength: 5 }), row, (grown, values) => {
        const trees = ensemble(grown)
        const { contributions, bias } = new TreeShap(trees).explain(values)
        expect(contributions.reduce((sum, value) => sum + value, bias)).toBeCloseTo(margin(trees, values), 5)
      }),
    )
  })

  it('gives a column nothing that no tree asks for', () => {
    const stump: Grown = {
      column: 2,
      threshold: 0,
      isMissingLeft: true,
      children: [
        { leaf: -1, cover: 3 },
        { leaf: 1, cover: 1 },
      ],
    }
    const { contributions, bias } = new TreeShap(ensemble([stump])).explain(Float32Array.of(9, 9, 9, 9))
    expect([contributions[0], contributions[1], contributions[3]]).toEqual([0, 0, 0])
    expect(contributions[2]).toBeCloseTo(1.5, 12)
    expect(bias).toBeCloseTo(-0.375, 12)
  })

  it('refuses a row of another width', () => {
    const shap = new TreeShap(ensemble([{ leaf: 1, cover: 1 }]))
    expect(() => shap.explain(new Float32Array(3))).toThrow('The row has 3 values; the model has 4 columns.')
  })
})
