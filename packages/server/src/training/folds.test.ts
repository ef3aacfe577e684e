import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FeatureTable } from './feature-table.ts'
import { type Fold, foldsInTime } from './folds.ts'
import { DEFAULT_SPLIT, splitByTime } from './split.ts'

const DAY_MS = 86_400_000

/** Thirty rows a day for 200 days, every fifth fraud; each ten rows have one label delay. */
function tableOf(delaysDays: readonly number[]): FeatureTable {
  const table = new FeatureTable(['x'])
  for (let row = 0; row < 6000; row++) {
    const receivedAtMs = Math.floor(row / 30) * DAY_MS
    const delayMs = (delaysDays[Math.floor(row / 10) % delaysDays.length] ?? 0) * DAY_MS
    const facts = { amountMinor: 100, label: Number(row % 5 === 3), oracle: Number.NaN, attack: null }
    table.add({ ...facts, receivedAtMs, labelObservedAtMs: receivedAtMs + delayMs }, Float32Array.of(row))
  }
  return table
}

const setting = fc.record({
  delaysDays: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 7 }),
  count: fc.integer({ min: 1, max: 6 }),
  window: fc.constantFrom('expanding' as const, 'rolling' as const),
  maturityDays: fc.integer({ min: 0, max: 25 }),
})

/** Checks every fold of many tables. */
function eachFold(check: (fold: Fold, table: FeatureTable, maturityDays: number) => void): void {
  fc.assert(
    fc.property(setting, ({ delaysDays, count, window, maturityDays }) => {
      // Delays longer than the maturity keep their rows out; some must stay in.
      const table = tableOf([0, ...delaysDays])
      const split = { ...DEFAULT_SPLIT, maturityDays }
      const { folds } = foldsInTime(table, { count, window, split })
      expect(folds).toHaveLength(count)
      for (const fold of folds) check(fold, table, maturityDays)
    }),
    { numRuns: 40 },
  )
}

const learnt = ({ train, validation, calibration }: Fold) => [...train, ...validation, ...calibration]

describe('a fold', () => {
  it('judges no row that it learnt from, and only rows from its moment on', () => {
    eachFold((fold, table) => {
      const rows = new Set(learnt(fold))
      const early = (row: number) => table.facts(row).receivedAtMs < fold.trainedAtMs
      expect([...fold.judged].filter(row => rows.has(row) || early(row))).toEqual([])
    })
  })

  it('learns only from what was known at its moment, and from no row younger than the maturity', () => {
    eachFold((fold, table, maturityDays) => {
      const latestMs = fold.trainedAtMs - maturityDays * DAY_MS
      const tooLate = learnt(fold).filter(row => {
        const { receivedAtMs, labelObservedAtMs } = table.facts(row)
        return labelObservedAtMs > fold.trainedAtMs || receivedAtMs > latestMs
      })
      expect(tooLate).toEqual([])
    })
  })

  it('has training, validation and calibration one after the other', () => {
    eachFold(({ train, validation, calibration }) => {
      expect(train.at(-1)).toBeLessThan(validation[0] as number)
      expect(validation.at(-1)).toBeLessThan(calibration[0] as number)
    })
  })
})

describe('folds in time', () => {
  const table = tableOf([3])
  const foldsOf = (window: 'expanding' | 'rolling') =>
    foldsInTime(table, { count: 4, window, split: { ...DEFAULT_SPLIT, maturityDays: 3 } }).folds

  it('judge every later learnable row once, and none of the test slice', () => {
    const judged = foldsOf('expanding').flatMap(({ judged }) => [...judged])
    expect(new Set(judged).size).toBe(judged.length)
    const { test, labelsKnownAtMs } = splitByTime(table, { ...DEFAULT_SPLIT, maturityDays: 3 })
    expect(Math.max(...judged)).toBeLessThan(test[0] as number)
    for (const row of judged) expect(table.facts(row).labelObservedAtMs).toBeLessThanOrEqual(labelsKnownAtMs)
  })

  it('learn from ever more rows when they expand, from a window of one length when they roll', () => {
    const lengths = (window: 'expanding' | 'rolling') => foldsOf(window).map(fold => learnt(fold).length)
    const expanding = lengths('expanding')
    expect([...expanding].sort((a, b) => a - b)).toEqual(expanding)
    expect(new Set(expanding).size).toBe(4)
    expect(Math.max(...lengths('rolling')) - Math.min(...lengths('rolling'))).toBeLessThanOrEqual(60)
  })

  it('refuse data that are too short, naming fold and slice', () => {
    expect(() =>
      foldsInTime(table, { count: 3, window: 'expanding', split: { ...DEFAULT_SPLIT, maturityDays: 75 } }),
    ).toThrow(/training slice of fold 1/)
    expect(() => foldsInTime(table, { count: 0, window: 'expanding', split: DEFAULT_SPLIT })).toThrow(
      /0 folds/,
    )
  })
})
