import { describe, expect, it } from 'vitest'
import { DEFAULT_FIT, type FitOptions, fitTrees } from './fit.ts'
import type { Imbalance } from './imbalance/index.ts'
import { DEFAULT_SPLIT, splitByTime } from './split.ts'
import { learnableTable } from './testing/learnable-table.ts'
import { loadXgboost } from './xgboost/index.ts'

const xgboost = loadXgboost()
const table = learnableTable(4000)
const split = splitByTime(table, { ...DEFAULT_SPLIT, maturityDays: 3 })
const options: FitOptions = {
  ...DEFAULT_FIT,
  ...{ seed: 3, maxDepth: 3, maxRounds: 40, patience: 10, maxBins: [32] },
}
const SMOTE: Imbalance = { kind: 'smote', share: 0.3 }

/** Trees of an imbalance strategy: their bytes, parameters and mean raw probability of the test slice. */
function fitted(imbalance: Imbalance) {
  const { booster, params, columns, places } = fitTrees(
    xgboost,
    table,
    split,
    { ...options, imbalance },
    () => undefined,
  )
  try {
    using test = xgboost.matrix({ values: table.gather(split.test, places), columns })
    const probabilities = booster.probabilities(test)
    return {
      json: booster.toJson(),
      params,
      mean: probabilities.reduce((sum, p) => sum + p, 0) / probabilities.length,
    }
  } finally {
    booster.close()
  }
}

const fraudRate = table.labels(split.test).reduce((sum, label) => sum + label, 0) / split.test.length

describe('trees with a treatment of imbalance', () => {
  it('keep the fraud rate when there is none', () => {
    expect(Math.abs(fitted({ kind: 'none' }).mean - fraudRate)).toBeLessThan(0.3 * fraudRate)
  })

  it('are told to weigh frauds by the odds of the training slice, or by their root', () => {
    const labels = table.labels(split.train)
    const frauds = labels.reduce((sum, label) => sum + label, 0)
    const odds = (labels.length - frauds) / frauds
    expect(fitted({ kind: 'weight' }).params.scale_pos_weight).toBeCloseTo(odds, 9)
    expect(fitted({ kind: 'sqrt-weight' }).params.scale_pos_weight).toBeCloseTo(Math.sqrt(odds), 9)
    expect(fitted({ kind: 'none' }).params.scale_pos_weight).toBeUndefined()
  })

  it.each([{ kind: 'weight' }, SMOTE] as const)(
    'say higher probabilities than the truth before calibration: $kind',
    imbalance => {
      expect(fitted(imbalance).mean).toBeGreaterThan(1.3 * fraudRate)
    },
  )

  it('are the same to the byte when they are grown again with synthetic rows', () => {
    expect(fitted(SMOTE).json).toEqual(fitted(SMOTE).json)
  })
})
