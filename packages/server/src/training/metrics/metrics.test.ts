import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseOutcome, DEFAULT_POLICY } from '../../policy/index.ts'
import {
  atThreshold,
  averagePrecision,
  bestF1Threshold,
  bootstrap,
  brierScore,
  CALIBRATION_BINS,
  expectedCalibrationError,
  profitByRow,
  rank,
  recallAtCapacity,
  rocAuc,
  type Scored,
} from './index.ts'

/** Rows with many ties and both classes. */
const scored = fc
  .array(fc.record({ score: fc.integer({ min: 0, max: 12 }), fraud: fc.boolean() }), {
    minLength: 2,
    maxLength: 60,
  })
  .filter(rows => rows.some(row => row.fraud) && rows.some(row => !row.fraud))
  .map(rows => ({ scores: rows.map(row => row.score / 12), labels: rows.map(row => (row.fraud ? 1 : 0)) }))

const pairs = ({ scores, labels }: Scored) =>
  Array.from(scores, (score, row) => ({ score, label: labels[row] as number }))

/** The definition word by word: sum over thresholds of the gain in recall times the precision there. */
function naiveAveragePrecision(data: Scored): number {
  const rows = pairs(data)
  const frauds = rows.filter(row => row.label === 1).length
  const thresholds = [...new Set(rows.map(row => row.score))].sort((a, b) => b - a)
  let last = 0
  let sum = 0
  for (const threshold of thresholds) {
    const alerts = rows.filter(row => row.score >= threshold)
    const caught = alerts.filter(row => row.label === 1).length
    sum += (caught / frauds - last) * (caught / alerts.length)
    last = caught / frauds
  }
  return sum
}

function naiveAuc(data: Scored): number {
  const rows = pairs(data)
  const frauds = rows.filter(row => row.label === 1)
  const genuine = rows.filter(row => row.label === 0)
  let wins = 0
  for (const a of frauds)
    for (const b of genuine) wins += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0
  return wins / (frauds.length * genuine.length)
}

describe('average precision and ROC-AUC', () => {
  it('are 1 for a ranking that puts every fraud first', () => {
    const ranking = rank({ scores: [0.9, 0.8, 0.3, 0.2, 0.1], labels: [1, 1, 0, 0, 0] })
    expect(averagePrecision(ranking)).toBe(1)
    expect(rocAuc(ranking)).toBe(1)
  })

  it('equal their definitions, ties included', () => {
    fc.assert(
      fc.property(scored, data => {
        expect(averagePrecision(rank(data))).toBeCloseTo(naiveAveragePrecision(data), 12)
        expect(rocAuc(rank(data))).toBeCloseTo(naiveAuc(data), 12)
      }),
    )
  })

  it('do not change under a rising transform of the scores', () => {
    fc.assert(
      fc.property(scored, data => {
        const moved = { ...data, scores: data.scores.map(score => Math.exp(3 * score) - 7) }
        expect(averagePrecision(rank(moved))).toBe(averagePrecision(rank(data)))
        expect(rocAuc(rank(moved))).toBe(rocAuc(rank(data)))
      }),
    )
  })

  it('count a row of weight two as two rows', () => {
    fc.assert(
      fc.property(scored, data => {
        const doubled = {
          scores: [...data.scores, data.scores[0] as number],
          labels: [...data.labels, data.labels[0] as number],
        }
        const weights = data.scores.map((_, row) => (row === 0 ? 2 : 1))
        expect(averagePrecision(rank(data), weights)).toBeCloseTo(averagePrecision(rank(doubled)), 12)
        expect(rocAuc(rank(data), weights)).toBeCloseTo(rocAuc(rank(doubled)), 12)
        expect(brierScore(data, weights)).toBeCloseTo(brierScore(doubled), 12)
      }),
    )
  })
})

describe('a threshold', () => {
  const data = { scores: [0.9, 0.7, 0.7, 0.2, 0.1], labels: [1, 0, 1, 1, 0] }

  it('gives precision, recall, F1 and the share of money caught', () => {
    const figures = atThreshold(data, [100, 10, 300, 600, 10], 0.7)
    expect(figures.precision).toBeCloseTo(2 / 3)
    expect(figures.recall).toBeCloseTo(2 / 3)
    expect(figures.f1).toBeCloseTo(2 / 3)
    expect(figures.valueDetectionRate).toBeCloseTo(0.4)
    expect(figures.alertRate).toBeCloseTo(0.6)
  })

  it('is chosen where F1 is best', () => {
    fc.assert(
      fc.property(scored, rows => {
        const f1 = (threshold: number) => atThreshold(rows, rows.scores, threshold).f1
        const best = f1(bestF1Threshold(rank(rows)))
        for (const threshold of rows.scores) expect(f1(threshold)).toBeLessThanOrEqual(best + 1e-12)
      }),
    )
  })

  it('by review capacity catches every fraud at full capacity and a part of a tie in proportion', () => {
    expect(recallAtCapacity(rank(data), 1)).toBe(1)
    expect(recallAtCapacity(rank(data), 0.2)).toBeCloseTo(1 / 3)
    expect(recallAtCapacity(rank(data), 0.4)).toBeCloseTo(0.5)
  })
})

describe('probabilities', () => {
  it('have no calibration error when each group is right on the mean', () => {
    const scores = Array.from({ length: 400 }, (_, row) => (row % 2 ? 0.75 : 0.25))
    const labels = scores.map((score, row) => (Math.floor(row / 2) % 4 < 4 * score ? 1 : 0))
    expect(expectedCalibrationError(rank({ scores, labels }))).toBeLessThan(0.06)
    expect(expectedCalibrationError(rank({ scores: scores.map(() => 0.9), labels }))).toBeCloseTo(0.4, 1)
  })
})

describe('figures of probabilities and money', () => {
  it('equal their definitions', () => {
    fc.assert(
      fc.property(scored, data => {
        const rows = pairs(data)
        const brier = rows.reduce((sum, { score, label }) => sum + (score - label) ** 2, 0) / rows.length
        expect(brierScore(data)).toBeCloseTo(brier, 12)
        expect(expectedCalibrationError(rank(data))).toBeCloseTo(naiveCalibrationError(data), 12)
      }),
    )
  })

  it('of a threshold equal their definitions', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 0, max: 12 }), (data, step) => {
        const threshold = step / 12
        const rows = pairs(data).map((row, place) => ({ ...row, amount: 100 * (1 + (place % 7)) }))
        const alerts = rows.filter(({ score }) => score >= threshold)
        const frauds = rows.filter(({ label }) => label === 1)
        const caught = alerts.filter(({ label }) => label === 1)
        const money = (list: readonly { amount: number }[]) =>
          list.reduce((sum, { amount }) => sum + amount, 0)
        const figures = atThreshold(
          data,
          rows.map(({ amount }) => amount),
          threshold,
        )
        const precision = alerts.length > 0 ? caught.length / alerts.length : 0
        const recall = caught.length / frauds.length
        expect(figures.precision).toBeCloseTo(precision, 12)
        expect(figures.recall).toBeCloseTo(recall, 12)
        const f1 = precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0
        expect(figures.f1).toBeCloseTo(f1, 12)
        expect(figures.valueDetectionRate).toBeCloseTo(money(caught) / money(frauds), 12)
        expect(figures.alertRate).toBeCloseTo(alerts.length / rows.length, 12)
      }),
    )
  })

  it('of recall at capacity agree with counting the riskiest, where the capacity cuts no tie', () => {
    const data = { scores: [0.9, 0.8, 0.7, 0.6, 0.5, 0.4], labels: [1, 0, 1, 0, 0, 1] }
    for (let count = 1; count <= 6; count++) {
      const found = data.labels.slice(0, count).filter(label => label === 1).length
      expect(recallAtCapacity(rank(data), count / 6)).toBeCloseTo(found / 3, 12)
    }
  })

  it('of profit are what each order brought: margin, loss and fee', () => {
    const amounts = [10_000, 10_000, 10_000, 10_000]
    const { allowed, chosen, outcomes } = profitByRow(
      { scores: [0, 0, 0.99, 0.99], labels: [0, 1, 0, 1] },
      amounts,
      DEFAULT_POLICY,
    )
    expect([...allowed]).toEqual([1200, -17_500, 1200, -17_500])
    expect(outcomes).toEqual(['allow', 'allow', 'deny', 'deny'])
    // A denied good order costs goodwill; its margin is not earned.
    expect([...chosen]).toEqual([1200, -17_500, -1000, 0].map(value => expect.closeTo(value, 6)))
    expect(chooseOutcome({ probability: 0.99, amountMinor: 10_000 }, DEFAULT_POLICY).outcome).toBe('deny')
  })
})

/** Rows in order of score, cut into groups of equally many; the mean distance of probability and truth. */
function naiveCalibrationError(data: Scored): number {
  const { order } = rank(data)
  const groups = Array.from({ length: CALIBRATION_BINS }, () => [] as { score: number; label: number }[])
  for (const [place, row] of order.entries())
    groups[Math.floor((place / order.length) * CALIBRATION_BINS)]?.push({
      score: data.scores[row] as number,
      label: data.labels[row] as number,
    })
  return groups.reduce((sum, group) => {
    const gap = group.reduce((total, { score, label }) => total + score - label, 0)
    return sum + Math.abs(gap) / order.length
  }, 0)
}

describe('the bootstrap', () => {
  it('gives the same interval for the same seed, around the value', () => {
    const labels = Array.from({ length: 500 }, (_, row) => (row % 10 === 0 ? 1 : 0))
    const scores = labels.map((label, row) => label * 0.3 + ((row * 7919) % 500) / 500)
    const ranking = rank({ scores, labels })
    const run = (seed: number) =>
      bootstrap(500, weights => ({ ap: averagePrecision(ranking, weights) }), { resamples: 200, seed }).ap
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
    expect(run(1).low).toBeLessThan(run(1).value)
    expect(run(1).high).toBeGreaterThan(run(1).value)
  })
})
