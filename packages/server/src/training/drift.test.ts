import { expect, it } from 'vitest'
import { describeRows, measureDrift } from './drift.ts'
import { FeatureTable } from './feature-table.ts'

const COLUMNS = ['trans_amount', 'is_night', 'payment_method=card', 'payment_method=wallet']
const facts = { receivedAtMs: 0, amountMinor: 1, label: 0, labelObservedAtMs: 0, oracle: 0, attack: null }
const all = (table: FeatureTable) => Uint32Array.from({ length: table.rows }, (_, row) => row)

function tableOf(rows: number, row: (index: number) => readonly number[]): FeatureTable {
  const table = new FeatureTable(COLUMNS)
  for (let index = 0; index < rows; index++) table.add(facts, Float32Array.from(row(index)))
  return table
}

const before = tableOf(1000, index => [index, index % 2, Number(index % 4 > 0), Number(index % 4 === 0)])
const scores = Float32Array.from({ length: 1000 }, (_, row) => row / 100)
const seen = describeRows(before, COLUMNS, all(before), scores)

it('finds none between the same rows', () => {
  const drift = measureDrift(seen, before, COLUMNS, all(before), scores)
  expect(drift.features.map(({ feature }) => feature).sort()).toEqual([
    'is_night',
    'payment_method',
    'trans_amount',
  ])
  for (const { psi } of [...drift.features, drift.score]) expect(psi).toBe(0)
})

it('names the feature that moved first, a category by all of its columns', () => {
  const moved = tableOf(1000, index => [index, index % 2, Number(index % 4 === 0), Number(index % 4 > 0)])
  const { features } = measureDrift(seen, moved, COLUMNS, all(moved), scores)
  expect(features[0]?.feature).toBe('payment_method')
  expect(features[0]?.psi).toBeCloseTo(2 * 0.5 * Math.log(3), 6)
  expect(features[1]?.psi).toBe(0)
})

it('tells how many values went missing', () => {
  const moved = tableOf(1000, index => [index % 5 === 0 ? Number.NaN : index, index % 2, 1, 0])
  const { features } = measureDrift(seen, moved, COLUMNS, all(moved), scores)
  expect(features.find(({ feature }) => feature === 'trans_amount')).toMatchObject({
    ...{ missingBefore: 0, missingAfter: 0.2 },
  })
})

it('sees scores that rose', () => {
  const { score } = measureDrift(
    ...([seen, before, COLUMNS, all(before)] as const),
    scores.map(value => value + 5),
  )
  expect(score.psi).toBeGreaterThan(1)
})
