import { beforeAll, describe, expect, it, vi } from 'vitest'
import { type Calibration, fitIsotonic, fitPlatt } from '../../model/calibration.ts'
import { createExplainer } from '../../model/explainer.ts'
import { encodeModel } from '../../model/onnx/encode.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import { margin } from '../../model/trees.ts'
import { parseXgboostJson } from '../../model/xgboost-json.ts'
import { type BoosterParams, checkParity, loadXgboost } from './index.ts'
import { orders } from './testing/orders.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const xgboost = loadXgboost()
const history = orders(4000, 11)
const later = orders(1000, 12)
const { columns } = history
const width = columns.length

/** Rows whose contributions are compared; they cost more than all else. */
const EXPLAINED_ROWS = 300

interface Trained {
  readonly model: Uint8Array
  /** XGBoost's own margins of `later`. */
  readonly margins: Float32Array
  /** XGBoost's own contributions of the first rows of `later`. */
  readonly contributions: Float32Array
}

function trained(params: BoosterParams): Trained {
  using train = xgboost.matrix(history)
  using matrix = xgboost.matrix(later)
  using booster = xgboost.train({ params: { nthread: 1, ...params }, rounds: 60, train }).booster
  return {
    model: booster.toJson(),
    margins: booster.margins(matrix),
    contributions: booster.contributions(matrix),
  }
}

/** Every kind of model that the trainer makes differently. */
const SETTINGS: readonly [string, BoosterParams][] = [
  ['a default model', { seed: 1, max_depth: 6, eta: 0.1 }],
  ['a model that starts from a prior', { seed: 1, max_depth: 5, eta: 0.1, base_score: 0.02 }],
  ['a weighted, sampled model', { seed: 1, max_depth: 4, eta: 0.2, scale_pos_weight: 20, subsample: 0.6 }],
  [
    'a deep, leaf-wise model',
    { seed: 1, max_depth: 0, max_leaves: 24, grow_policy: 'lossguide', min_child_weight: 0 },
  ],
  ['an exact model that is pruned', { seed: 1, max_depth: 7, tree_method: 'exact', gamma: 1 }],
]

describe.each(SETTINGS)('%s', (_, params) => {
  let model: Trained
  let calibrations: Calibration[]
  beforeAll(() => {
    model = trained(params)
    calibrations = [fitPlatt(model.margins, later.label), fitIsotonic(model.margins, later.label)]
  })

  it("has XGBoost's margin to the bit, walked in TypeScript", () => {
    const trees = parseXgboostJson(model.model)
    const margins = model.margins.map((_margin, row) => margin(trees, later.row(row)))
    expect(margins).toEqual(model.margins)
  })

  it("has XGBoost's margin to the bit and the calibrated probability in ONNX, alone and in a batch", async () => {
    const trees = parseXgboostJson(model.model)
    for (const calibration of calibrations) {
      const scorer = await createScorer(encodeModel({ trees, calibration, version: 'v1' }), columns)
      const batch = await scorer.scoreBatch(later.values, later.label.length)
      const alone = await Promise.all(
        Array.from({ length: 300 }, (_score, row) => scorer.score(later.row(row))),
      )
      await scorer.close()
      expect(batch.margins).toEqual(model.margins)
      expect(alone.map(score => score.margin)).toEqual([...batch.margins.subarray(0, 300)])
      expect(alone.map(score => score.probability)).toEqual([...batch.probabilities.subarray(0, 300)])
    }
  })

  it('passes the export gate with either calibration', async () => {
    const trees = parseXgboostJson(model.model)
    for (const calibration of calibrations) {
      const onnx = encodeModel({ trees, calibration, version: 'v1' })
      const report = await checkParity({
        xgboost,
        model: model.model,
        onnx,
        calibration,
        values: later.values,
        columns,
      })
      expect(report.faults).toEqual([])
      expect(report).toMatchObject({ rows: 2000, treesMargin: 0, onnxMargin: 0 })
      expect(report.onnxProbability).toBeLessThan(3e-7)
    }
  })

  it("has XGBoost's contributions within 1e-5, on the explainer's thread with the bits of this one", async () => {
    const trees = parseXgboostJson(model.model)
    const explainer = createExplainer(trees)
    const rows = Array.from({ length: EXPLAINED_ROWS }, (_row, row) => later.row(row))
    const explained = await Promise.all(rows.map(row => explainer.explain(row)))
    expect(explained).toEqual(rows.map(row => explainer.explainSync(row)))
    await explainer.close()
    for (const [row, { contributions, bias }] of explained.entries())
      for (const [column, value] of [...contributions, bias].entries())
        expect(
          Math.abs(value - (model.contributions[row * (width + 1) + column] ?? Number.NaN)),
        ).toBeLessThan(1e-5)
  })
})

describe('checkParity', () => {
  it('names what differs when the ONNX file is of another model', async () => {
    const { model, margins } = trained({ seed: 1, max_depth: 3 })
    const other = trained({ seed: 1, max_depth: 2 })
    const calibration = fitPlatt(margins, later.label)
    const onnx = encodeModel({ trees: parseXgboostJson(other.model), calibration, version: 'v1' })
    const report = await checkParity({ xgboost, model, onnx, calibration, values: later.values, columns })
    expect(report.faults.map(fault => fault.split(' ')[0])).toEqual(['onnxMargin', 'onnxProbability'])
  })
})
