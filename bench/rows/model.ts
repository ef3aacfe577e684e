import { UNCALIBRATED } from '../../packages/server/src/model/calibration.ts'
import { encodeModel } from '../../packages/server/src/model/onnx/encode.ts'
import { createScorer } from '../../packages/server/src/model/onnx/scorer.ts'
import { TreeShap } from '../../packages/server/src/model/shap.ts'
import { parseXgboostJson } from '../../packages/server/src/model/xgboost-json.ts'
import {
  type DataMatrix,
  loadXgboost,
  type Xgboost,
  XgboostError,
} from '../../packages/server/src/training/xgboost/index.ts'
import { type BenchContext, NotMeasurable, type RowGroup } from '../context.ts'
import { median } from '../median.ts'
import { columns, makeRows } from '../synthetic-rows.ts'

/** A model of fixed size, so that the figures say the same whatever model is bundled. */
const size = { trees: 300, depth: 6, rows: 20_000 }
const modelNote = `a model of ${size.trees} trees of depth ${size.depth} over ${columns.length} columns`

function openXgboost(): Xgboost {
  try {
    return loadXgboost()
  } catch (error) {
    throw error instanceof XgboostError ? new NotMeasurable(error.message) : error
  }
}

/** Microseconds a call, over enough calls for the clock. */
async function usPerCall(calls: number, call: (index: number) => unknown): Promise<number> {
  const startMs = performance.now()
  for (let index = 0; index < calls; index++) await call(index)
  return ((performance.now() - startMs) * 1000) / calls
}

/** Alternates two measurements, so that a busy moment of the machine hits both. */
async function paired(rounds: number, ours: () => Promise<number>, reference: () => Promise<number>) {
  const figures: { ours: number[]; reference: number[] } = { ours: [], reference: [] }
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await ours())
    figures.reference.push(await reference())
  }
  return { ours: median(figures.ours), reference: median(figures.reference) }
}

async function measure({ quick, wants }: BenchContext) {
  const rounds = quick ? 3 : 11
  const xgboost = openXgboost()
  const { values, label } = makeRows(size.rows)
  using training = xgboost.matrix({ values, columns, label })
  using booster = xgboost.train({
    params: { seed: 1, max_depth: size.depth, eta: 0.1 },
    rounds: quick ? 30 : size.trees,
    train: training,
  }).booster
  // One thread on both sides: a request gets no more than that.
  booster.setParam('nthread', '1')
  const trees = parseXgboostJson(booster.toJson())
  const row = (index: number) => values.subarray(index * columns.length, (index + 1) * columns.length)
  const note = quick ? 'quick: 30 trees instead of 300' : modelNote
  const results: Record<string, { ours: number; reference: { name: string; value: number }; note: string }> =
    {}

  if (wants('model.batch1')) {
    const calls = quick ? 500 : 5_000
    const onnx = encodeModel({ trees, calibration: UNCALIBRATED, version: 'bench' })
    const scorer = await createScorer(onnx, columns)
    const native = (index: number) => {
      using matrix = xgboost.matrix({ values: row(index), columns })
      booster.probabilities(matrix)
    }
    const { ours, reference } = await paired(
      rounds,
      () => usPerCall(calls, index => scorer.score(row(index % size.rows))),
      () => usPerCall(calls / 10, native),
    )
    await scorer.close()
    results['model.batch1'] = { ours, reference: { name: 'XGBoost itself, one row', value: reference }, note }
  }
  if (wants('model.shap')) {
    const calls = quick ? 20 : 200
    const shap = new TreeShap(trees)
    const sample: DataMatrix = xgboost.matrix({ values: values.subarray(0, calls * columns.length), columns })
    const { ours, reference } = await paired(
      rounds,
      () => usPerCall(calls, index => shap.explain(row(index))),
      async () => (await usPerCall(1, () => booster.contributions(sample))) / calls,
    )
    sample.close()
    results['model.shap'] = { ours, reference: { name: "XGBoost's pred_contribs", value: reference }, note }
  }
  return results
}

export const modelRows: RowGroup = { ids: ['model.batch1', 'model.shap'], measure }
