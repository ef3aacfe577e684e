import { expect, test } from 'vitest'
import { catalogue } from './catalogue.ts'
import { type BenchContext, NotMeasurable } from './context.ts'
import { median } from './median.ts'
import { judge, type RowDefinition } from './result.ts'
import { runBenchmark } from './run.ts'
import { formatTable } from './table.ts'

const bytes: RowDefinition = {
  ...{ id: 'sdk.core.br', what: 'core', unit: 'B' },
  goals: [{ of: 'ours', bound: 'at most', value: 5000 }],
}
const paired: RowDefinition = {
  ...{ id: 'verify.p99.load70', what: 'p99', unit: 'ms' },
  goals: [
    { of: 'ratio', bound: 'at most', value: 1.1 },
    { of: 'ours', bound: 'at most', value: 50 },
  ],
}
const everything: BenchContext = { quick: true, wants: () => true, progress: () => {} }

test('ids are unique and every row has a goal', () => {
  expect(new Set(catalogue.map(row => row.id)).size).toBe(catalogue.length)
  expect(catalogue.filter(row => row.goals.length === 0)).toEqual([])
})

test('a bound is met up to its very value', () => {
  expect(judge(bytes, { ours: 5000 }).met).toBe(true)
  expect(judge(bytes, { ours: 5001 }).met).toBe(false)
})

test('the ratio is ours divided by the reference', () => {
  expect(judge(paired, { ours: 22, reference: { name: 'echo', value: 20 } }).ratio).toBeCloseTo(1.1)
})

test('several goals have to be met together', () => {
  const reference = { name: 'echo', value: 60 }
  expect(judge(paired, { ours: 40, reference }).met).toBe(true)
  expect(judge(paired, { ours: 55, reference }).met).toBe(false)
})

test('a goal on the ratio is not met without a reference', () => {
  expect(judge(paired, { ours: 1 }).met).toBe(false)
})

test('a group that throws becomes a note and spoils no other row', async () => {
  const rows = await runBenchmark(
    [bytes, paired],
    [
      { ids: [bytes.id], measure: () => Promise.reject(new Error('disk full')) },
      { ids: [paired.id], measure: async () => ({ [paired.id]: { ours: 1 } }) },
    ],
    everything,
  )
  expect(rows.map(row => [row.ours, row.note])).toEqual([
    [null, 'failed: disk full'],
    [1, null],
  ])
})

test('what this machine cannot measure is said and counts as not met', async () => {
  const group = { ids: [bytes.id], measure: () => Promise.reject(new NotMeasurable('not built')) }
  const [row] = await runBenchmark([bytes], [group], everything)
  expect(row).toMatchObject({ met: false, note: 'not built', ours: null })
})

test('a row without any measurement is still listed', async () => {
  const [row] = await runBenchmark([bytes], [], everything)
  expect(row?.note).toMatch(/no measurement/)
})

test('the table shows each row once and its note below', async () => {
  const text = formatTable(await runBenchmark([bytes], [], everything))
  expect(text).toMatch(/^sdk\.core\.br {2}core \[1\]/m)
  expect(text).toMatch(/^\[1\] no measurement/m)
})

test('the median of an even number of figures lies between the middle ones', () => {
  expect(median([4, 1, 3])).toBe(3)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})
