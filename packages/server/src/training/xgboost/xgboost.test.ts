import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Booster, loadXgboost, type Round, type TrainOptions } from './index.ts'
import { orders } from './testing/orders.ts'

const xgboost = loadXgboost()
const params = { seed: 7, max_depth: 4, eta: 0.2 }
const data = orders(3000, 1)
const later = orders(1000, 2)

/** Bytes of a model trained on `data`. */
function trained(options: Partial<TrainOptions> = {}): Uint8Array {
  using train = xgboost.matrix(data)
  using booster = xgboost.train({ params, rounds: 20, train, ...options }).booster
  return booster.toJson()
}

describe('loadXgboost', () => {
  it('opens the real library once', () => {
    expect(xgboost.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(loadXgboost()).toBe(xgboost)
  })
})

describe('matrix', () => {
  it('names the row and column of an infinite value', () => {
    const values = Float32Array.of(1, 2, 3, Number.NEGATIVE_INFINITY)
    expect(() => xgboost.matrix({ values, columns: ['a', 'b'] })).toThrow('Row 1, column "b" is -Infinity.')
  })

  it.each([
    [
      'half rows',
      { values: new Float32Array(5), columns: ['a', 'b'] },
      '5 values do not make whole rows of 2 columns',
    ],
    ['no rows', { values: new Float32Array(0), columns: ['a'] }, '0 values do not make whole rows'],
    ['no columns', { values: new Float32Array(2), columns: [] }, 'at least one column'],
    [
      'a column named twice',
      { values: new Float32Array(2), columns: ['a', 'a'] },
      'Column "a" is named twice',
    ],
    [
      'a label too few',
      { values: new Float32Array(2), columns: ['a'], label: Float32Array.of(1) },
      '1 label values were given for 2 rows',
    ],
    [
      'a label of 2',
      { values: new Float32Array(1), columns: ['a'], label: Float32Array.of(2) },
      'The label of row 0 is 2',
    ],
    [
      'a negative weight',
      { values: new Float32Array(1), columns: ['a'], weight: Float32Array.of(-1) },
      'The weight of row 0 is -1',
    ],
  ])('refuses %s', (_, input, words) => {
    expect(() => xgboost.matrix(input)).toThrow(words)
    expect(() => xgboost.matrix(input)).toThrow(expect.objectContaining({ code: 'xgboost_bad_input' }))
  })

  it('frees its memory when closed', () => {
    const values = new Float32Array(1_000_000)
    const columns = Array.from({ length: 10 }, (_, index) => `c${index}`)
    xgboost.matrix({ values, columns }).close()
    const before = process.memoryUsage.rss()
    for (let round = 0; round < 30; round++) xgboost.matrix({ values, columns }).close()
    // Thirty matrices kept would hold 240 MB.
    expect(process.memoryUsage.rss() - before).toBeLessThan(60e6)
  })

  it('refuses to be used once closed, and may be closed twice', () => {
    const matrix = xgboost.matrix(data)
    matrix.close()
    matrix.close()
    expect(() => matrix.handle).toThrow('This matrix is closed.')
  })
})

describe('train', () => {
  it('gives the same bytes for the same seed and data', () => {
    const sampled = { ...params, subsample: 0.7, colsample_bytree: 0.7 }
    expect(trained({ params: sampled })).toEqual(trained({ params: sampled }))
    expect(trained({ params: sampled })).not.toEqual(trained({ params: { ...sampled, seed: 8 } }))
  })

  it('gives the same bytes on any number of threads', () => {
    const on = (nthread: number) =>
      trained({ params: { ...params, subsample: 0.7, scale_pos_weight: 9.7, nthread } })
    for (const threads of [2, 3, 8]) expect(on(threads)).toEqual(on(1))
  })

  it('learns: the metric on later rows improves', () => {
    using train = xgboost.matrix(data)
    using validation = xgboost.matrix(later)
    const seen: Round[] = []
    const options = { params: { ...params, eval_metric: 'auc' as const }, rounds: 10, train, validation }
    const result = xgboost.train({ ...options, onRound: round => seen.push(round) })
    result.booster.close()
    expect(seen.map(({ round, rounds }) => [round, rounds])).toEqual(
      Array.from({ length: 10 }, (_, i) => [i + 1, 10]),
    )
    expect(result.history).toEqual(seen)
    const [first, last] = [seen.at(0), seen.at(-1)].map(round => round?.metrics.auc ?? Number.NaN)
    expect(last).toBeGreaterThan(Math.max(0.7, first ?? 1))
    expect(result.bestIteration).toBe(9)
  })

  it('stops early by the last metric and keeps the rounds up to the best', () => {
    using train = xgboost.matrix(data)
    using validation = xgboost.matrix(later)
    const overfit = { seed: 7, eta: 0.8, max_depth: 8, eval_metric: ['auc', 'logloss'] as const }
    const result = xgboost.train({ params: overfit, rounds: 200, train, validation, earlyStoppingRounds: 5 })
    using booster = result.booster
    const losses = result.history.map(round => round.metrics.logloss ?? Number.NaN)
    expect(result.bestIteration).toBe(losses.indexOf(Math.min(...losses)))
    expect(result.history).toHaveLength(result.bestIteration + 1 + 5)
    expect(booster.rounds).toBe(result.bestIteration + 1)
    expect(booster.columns).toEqual(data.columns)
  })

  it('weighs rows', () => {
    using plain = xgboost.matrix(data)
    using heavy = xgboost.matrix({ ...data, weight: data.label.map(label => 1 + 9 * label) })
    const mean = (train: TrainOptions['train']): number => {
      using booster = xgboost.train({ params, rounds: 20, train }).booster
      return booster.probabilities(plain).reduce((sum, p) => sum + p, 0) / plain.rows
    }
    expect(mean(heavy)).toBeGreaterThan(1.5 * mean(plain))
  })

  it.each([
    ['an unknown parameter', { params: { ...params, max_deph: 4 } }, 'Unknown XGBoost parameter "max_deph"'],
    [
      'a parameter that is not finite',
      { params: { ...params, eta: Number.NaN } },
      '"eta" must be a finite number',
    ],
    ['a seed that is no integer', { params: { ...params, seed: 0.5 } }, '"seed" must be an integer'],
    ['no rounds', { rounds: 0 }, 'rounds must be a positive integer'],
    ['early stopping without validation', { earlyStoppingRounds: 3 }, 'Early stopping needs validation rows'],
  ])('refuses %s', (_, options, words) => {
    expect(() => trained(options)).toThrow(words)
    expect(() => trained(options)).toThrow(expect.objectContaining({ code: 'xgboost_bad_input' }))
  })

  it("passes XGBoost's own words on", () => {
    expect(() => trained({ params: { ...params, eta: -1 } })).toThrow(/^XGBoost: .*(eta|learning_rate)/)
  })
})

describe('booster', () => {
  let booster: Booster
  beforeAll(() => {
    booster = xgboost.load(trained())
  })
  afterAll(() => booster.close())

  it('scores alike after it was saved and loaded', () => {
    using train = xgboost.matrix(data)
    using fresh = xgboost.train({ params, rounds: 20, train }).booster
    expect(booster.margins(train)).toEqual(fresh.margins(train))
    expect(booster.toJson()).toEqual(fresh.toJson())
  })

  it('explains margins by contributions that sum to them', () => {
    using matrix = xgboost.matrix(later)
    const margins = booster.margins(matrix)
    const contributions = booster.contributions(matrix)
    const width = data.columns.length + 1
    expect(contributions).toHaveLength(matrix.rows * width)
    for (const [row, margin] of margins.entries()) {
      const sum = contributions
        .subarray(row * width, (row + 1) * width)
        .reduce((total, value) => total + value, 0)
      expect(sum).toBeCloseTo(margin, 4)
    }
  })

  it('starts from the base margin of a row if one is given', () => {
    using plain = xgboost.matrix(later)
    using shifted = xgboost.matrix({ ...later, baseMargin: new Float32Array(1000).fill(2) })
    const margins = booster.margins(plain)
    for (const [row, margin] of booster.margins(shifted).entries())
      expect(margin).toBeCloseTo((margins[row] ?? 0) + 2, 4)
  })

  it('refuses rows of another width', () => {
    using narrow = xgboost.matrix({ values: new Float32Array(3), columns: ['a', 'b', 'c'] })
    expect(() => booster.margins(narrow)).toThrow('The model has 12 columns, the rows have 3.')
  })

  it('refuses bytes that are no model', () => {
    expect(() => xgboost.load(Buffer.from('{"a": 1}'))).toThrow(
      expect.objectContaining({ code: 'xgboost_failed' }),
    )
  })
})
