import { expect, test } from 'vitest'
import { figures, foundByAttack, lossByKind, type Truth } from './measure.ts'

const rows: readonly Truth[] = [
  { attack: 'ring', fraud: 1, oracle: 0.75 },
  { attack: 'ring', fraud: 0, oracle: 0.75 },
  { attack: 'shopping', fraud: 0, oracle: 0 },
  { attack: 'thief', fraud: 1, oracle: 0.5 },
]
const byOracle = rows.map(({ oracle }) => oracle)

test('expected average precision counts each row by its probability', () => {
  // Both ring rows first: precision .75 for 1.5 of 2 expected frauds, then 2 of 3 for the other half.
  expect(figures(byOracle, rows).expectedAp).toBeCloseTo((1.5 * 0.75 + 0.5 * (2 / 3)) / 2, 12)
  expect(figures(byOracle, rows).ap).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12)
})

test('no ranking is better in expectation than that of the probabilities', () => {
  for (const scores of [
    [3, 2, 1, 4],
    [1, 1, 1, 1],
    [4, 1, 2, 3],
  ])
    expect(figures(scores, rows).expectedAp).toBeLessThanOrEqual(figures(byOracle, rows).expectedAp)
})

test('a kind that the model knows as well as the generator costs nothing, an unknown one does', () => {
  const margins = [Math.log(3), Math.log(3), -9, -12]
  const losses = lossByKind(margins, rows)
  expect(losses.get('ring')).toBeCloseTo(0, 12)
  expect(losses.get('thief')).toBeGreaterThan(0.01)
})

test('frauds are found in the first rows up to the capacity', () => {
  expect(foundByAttack([4, 3, 2, 1], rows, 0.5)).toEqual(
    new Map([
      ['ring', { expected: 1.5, found: 1.5 }],
      ['shopping', { expected: 0, found: 0 }],
      ['thief', { expected: 0.5, found: 0 }],
    ]),
  )
})
