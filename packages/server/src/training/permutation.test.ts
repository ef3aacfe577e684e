import { describe, expect, it } from 'vitest'
import { margin, type TreeEnsemble } from '../model/trees.ts'
import { groupColumns } from './column-groups.ts'
import { averagePrecision, rank } from './metrics/index.ts'
import { permutationLosses, permutationSample } from './permutation.ts'

const COLUMNS = ['trans_amount', 'payment_method=card', 'payment_method=wallet', 'is_night']

/** Two stumps: one on the amount, one on a word of the payment method. Nothing asks `is_night`. */
const TREES: TreeEnsemble = {
  columns: COLUMNS,
  baseMargin: 0,
  offsets: Int32Array.from([0, 3, 6]),
  feature: Int32Array.from([0, -1, -1, 1, -1, -1]),
  value: Float32Array.from([50, -2, 2, 0.5, -0.5, 0.5]),
  right: Int32Array.from([2, -1, -1, 5, -1, -1]),
  defaultLeft: new Uint8Array(6),
  cover: new Float32Array(6).fill(1),
}

const ROWS = 1000
const values = Float32Array.from(
  Array.from({ length: ROWS }, (_, row) => [(row * 37) % 100, row % 2, (row + 1) % 2, row % 3]).flat(),
)
const labels = Array.from({ length: ROWS }, (_, row) => Number((row * 37) % 100 >= 90 && row % 7 < 5))
const rows = { values, labels, weights: new Array<number>(ROWS).fill(1), donors: values }
const losses = (seed: number) => permutationLosses(TREES, groupColumns(COLUMNS), rows, { repeats: 4, seed })

describe('permutation importance', () => {
  it('is greatest for what the model ranks by, and names nothing that no tree asks', () => {
    const found = losses(1)
    expect(found.map(({ feature }) => feature)).toEqual(['trans_amount', 'payment_method'])
    expect(found[0]?.lost).toBeGreaterThan(0.02)
    expect(found[0]?.spread).toBeGreaterThan(0)
    expect(Math.abs(found[1]?.lost ?? 1)).toBeLessThan(0.02)
  })

  it('is the same for the same seed', () => {
    expect(losses(1)).toEqual(losses(1))
    expect(losses(1)).not.toEqual(losses(2))
  })

  it('equals what scoring the changed rows anew gives', () => {
    // All donors are alike, so every repeat replaces the amount by 60.
    const donors = Float32Array.from([60, 0, 1, 0])
    const [found] = permutationLosses(
      TREES,
      groupColumns(COLUMNS).slice(0, 1),
      { ...rows, donors },
      {
        ...{ repeats: 2, seed: 3 },
      },
    )
    const score = (change: (row: Float32Array) => void) =>
      labels.map((_, row) => {
        const changed = values.slice(row * COLUMNS.length, (row + 1) * COLUMNS.length)
        change(changed)
        return margin(TREES, changed)
      })
    const precision = (scores: readonly number[]) => averagePrecision(rank({ scores, labels }))
    const expected =
      precision(score(() => undefined)) -
      precision(
        score(row => {
          row[0] = 60
        }),
      )
    expect(found?.lost).toBeCloseTo(expected, 12)
    expect(found?.spread).toBeCloseTo(0, 12)
  })

  it('is measured on every fraud and on others that stand for all of them', () => {
    const all = Uint32Array.from({ length: 20_000 }, (_, row) => row)
    const sample = permutationSample(all, row => Number(row % 100 === 0))
    expect(sample.rows.filter(row => row % 100 === 0)).toHaveLength(200)
    expect(sample.rows.length).toBeLessThan(7000)
    expect(sample.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(20_000, 6)
  })
})
