import { expect, it } from 'vitest'
import { FeatureTable } from './feature-table.ts'

it('gives back every value, in full blocks with constant columns and in the last one', () => {
  const table = new FeatureTable(['number', 'missing', 'late'])
  const rows = 150_000
  const expected = (row: number) => [row, Number.NaN, row < 100_000 ? 7 : row % 3]
  const facts = {
    receivedAtMs: 0,
    amountMinor: 1,
    label: 0,
    labelObservedAtMs: 0,
    oracle: Number.NaN,
    attack: null,
  }
  for (let row = 0; row < rows; row++) table.add(facts, Float32Array.from(expected(row)))
  const asked = [0, 1, 65_535, 65_536, 99_999, 100_001, 131_072, rows - 1]
  expect(table.gather(asked)).toEqual(Float32Array.from(asked.flatMap(expected)))
  expect(table.gather([100_001], [2, 0])).toEqual(Float32Array.from([100_001 % 3, 100_001]))
})
