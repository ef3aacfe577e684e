import { describe, expect, it } from 'vitest'
import { FeatureTable, UNKNOWN_LABEL } from './feature-table.ts'
import { DEFAULT_SPLIT, splitByTime } from './split.ts'

const DAY_MS = 86_400_000

/** Ten rows a day for 100 days, every tenth fraud; labels are known after `delayDays`. */
function tableOf(
  delayDays: (row: number) => number,
  label: (row: number) => number = row => (row % 10 === 3 ? 1 : 0),
) {
  const table = new FeatureTable(['x'])
  for (let row = 0; row < 1000; row++) {
    const receivedAtMs = (row / 10) * DAY_MS
    const facts = { receivedAtMs, amountMinor: 100, label: label(row), oracle: Number.NaN, attack: null }
    table.add({ ...facts, labelObservedAtMs: receivedAtMs + delayDays(row) * DAY_MS }, Float32Array.of(row))
  }
  return table
}

describe('a split in time', () => {
  it('puts training, validation, calibration and test one after the other', () => {
    const { train, validation, calibration, test } = splitByTime(
      tableOf(() => 7),
      DEFAULT_SPLIT,
    )
    const slices = [train, validation, calibration, test]
    for (const [index, slice] of slices.entries()) {
      const next = slices[index + 1]
      if (next) expect(slice.at(-1)).toBeLessThan(next[0] as number)
    }
    expect(test).toHaveLength(200)
  })

  it('leaves the rows whose labels have not matured to nobody', () => {
    const { calibration, test, maturityDays } = splitByTime(
      tableOf(() => 7),
      DEFAULT_SPLIT,
    )
    expect(maturityDays).toBe(7)
    expect((test[0] as number) - (calibration.at(-1) as number)).toBe(70)
  })

  it('never learns from a label observed after the moment of training', () => {
    const table = tableOf(row => (row % 20 === 3 ? 60 : 5))
    const split = splitByTime(table, { ...DEFAULT_SPLIT, maturityDays: 10 })
    for (const slice of [split.train, split.validation, split.calibration])
      for (const row of slice)
        expect(table.facts(row).labelObservedAtMs).toBeLessThanOrEqual(split.labelsKnownAtMs)
  })

  it('starts the test at a given date', () => {
    const { test, labelsKnownAtMs } = splitByTime(
      tableOf(() => 1),
      { ...DEFAULT_SPLIT, testFromMs: 90 * DAY_MS },
    )
    expect(labelsKnownAtMs).toBe(90 * DAY_MS)
    expect(test[0]).toBe(900)
  })

  it('leaves rows without a label out', () => {
    const table = tableOf(
      () => 1,
      row => (row % 2 ? UNKNOWN_LABEL : row % 10 === 4 ? 1 : 0),
    )
    const { train, test } = splitByTime(table, DEFAULT_SPLIT)
    expect([...train, ...test].every(row => row % 2 === 0)).toBe(true)
  })

  it('refuses data of one class and data with too few frauds, naming the slice', () => {
    const none = tableOf(
      () => 1,
      () => 0,
    )
    expect(() => splitByTime(none, DEFAULT_SPLIT)).toThrow(
      /training slice has \d+ rows and no fraud: there is one class only/,
    )
    const few = tableOf(
      () => 1,
      row => (row % 100 === 0 ? 1 : 0),
    )
    expect(() => splitByTime(few, DEFAULT_SPLIT)).toThrow(
      /training slice has \d frauds; at least 20 are needed/,
    )
  })
})
