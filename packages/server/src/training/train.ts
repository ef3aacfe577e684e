import { contentHash } from '../base/content-hash.ts'
import type { EventContext, IpFacts } from '../events/payment-event.ts'
import { type Calibration, calibrate } from '../model/calibration.ts'
import { encodeModel } from '../model/onnx/encode.ts'
import { parseXgboostJson } from '../model/xgboost-json.ts'
import type { CostPolicy } from '../policy/index.ts'
import { type ModelArtefacts, sha256Hex } from '../registry/index.ts'
import { TrainingError } from './errors.ts'
import { type Evaluation, evaluate, type Judged } from './evaluation.ts'
import type { FeatureTable } from './feature-table.ts'
import { type FitOptions, type Fitted, fitCalibration, fitTrees } from './fit.ts'
import { columnImportance, leakingColumns } from './importance.ts'
import { describeModel, parityOf } from './manifest.ts'
import { averagePrecision, bestF1Threshold, rank } from './metrics/index.ts'
import { prepareTable } from './prepare.ts'
import type { FitPreScore } from './prescore-stage.ts'
import { type Progress, SILENT } from './progress.ts'
import { reportHtml } from './report/html.ts'
import type { RecordSource } from './source.ts'
import { type Split, type SplitOptions, splitByTime } from './split.ts'
import { checkParity, loadXgboost, type ParityReport, type Xgboost } from './xgboost/index.ts'

export interface TrainModelOptions {
  readonly fit: FitOptions
  readonly split: SplitOptions
  readonly policy: CostPolicy
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  /** Fits the pre-score network; without it the model has none. */
  readonly fitPreScore?: FitPreScore
  readonly progress?: Progress
}

/** A finished model with its evaluation, ready to be stored. */
export interface TrainedModel {
  readonly artefacts: ModelArtefacts
  readonly evaluation: Evaluation
  readonly threshold: number
  readonly parity: ParityReport
}

/** Rows on which the exported model is held against XGBoost, and rows that are explained for the importance. */
const PARITY_ROWS = 2000
const SHAP_ROWS = 1000

/**
 * Trains a model: pre-score network, feature table, trees, calibration, evaluation, parity gate.
 *
 * Everything is fitted on rows earlier than those it is judged on, and with labels known at the one moment of
 * training (see `splitByTime`). The training rows' own pre-scores come from networks that never saw them.
 *
 * @throws TrainingError `data_too_few_labels`, `training_options`, `parity_failed`; XgboostError; those of the source
 */
export async function trainModel(source: RecordSource, options: TrainModelOptions): Promise<TrainedModel> {
  const { lookupIp, toSiteMinor, policy, fitPreScore, progress = SILENT } = options
  const { seed } = options.fit
  const xgboost = loadXgboost()
  const { table, sha256, prescores } = await prepareTable(source, {
    ...{ lookupIp, toSiteMinor, seed, progress },
    ...(fitPreScore && { fitPreScore }),
    prescoreSplit: sessions => splitByTime(sessions, options.split),
  })
  const split = splitByTime(table, options.split)

  progress.phase('trees', options.fit.maxRounds * (options.fit.maxBins.length + 1))
  let round = 0
  const weighted = options.fit.imbalance.kind === 'none' ? '' : 'weighted '
  const fitted = fitTrees(xgboost, table, split, options.fit, ({ metrics }, maxBin) =>
    progress.update(
      ++round,
      metrics.aucpr === undefined
        ? 'on both slices'
        : `${weighted}validation AP ${metrics.aucpr.toFixed(4)} with ${maxBin} bins`,
    ),
  )
  try {
    progress.phase('evaluation', null)
    const calibrated = calibrateTrees(xgboost, table, split, fitted)
    const testMargins = marginsOf(xgboost, table, split.test, fitted)
    const judged = judge(table, split.test, testMargins, calibrated.calibration)
    const evaluation = evaluate(judged, { threshold: calibrated.threshold, policy, seed })
    const exported = await exportModel(xgboost, table, split, fitted, calibrated.calibration)
    const manifest = describeModel({
      ...{ source, sha256, table, split, fitted, evaluation, imbalance: options.fit.imbalance },
      ...calibrated,
      ...explain(xgboost, table, split, fitted, exported.trees, judged),
      xgboostVersion: xgboost.version,
      parity: parityOf(exported.parity, xgboost.version),
      prescore: prescores?.describe(table, split.test) ?? null,
    })
    const { threshold } = calibrated
    const title = `Atalaya model: ${source.type}, ${table.rows} orders`
    return {
      artefacts: {
        manifest,
        onnx: exported.onnx,
        trees: exported.trees,
        prescore: prescores?.model ?? null,
        reportHtml: reportHtml({ title, judged, evaluation, threshold, policy, manifest }),
      },
      ...{ evaluation, threshold, parity: exported.parity },
    }
  } finally {
    fitted.booster.close()
  }
}

function marginsOf(xgboost: Xgboost, table: FeatureTable, rows: Uint32Array, fitted: Fitted): Float32Array {
  using matrix = xgboost.matrix({ values: table.gather(rows, fitted.places), columns: fitted.columns })
  return fitted.booster.margins(matrix)
}

function calibrateTrees(
  xgboost: Xgboost,
  table: FeatureTable,
  { calibration: rows }: Split,
  fitted: Fitted,
): { calibration: Calibration; threshold: number } {
  const margins = marginsOf(xgboost, table, rows, fitted)
  const labels = table.labels(rows)
  const calibration = fitCalibration(margins, labels)
  const scores = Float64Array.from(margins, margin => calibrate(calibration, margin))
  return { calibration, threshold: bestF1Threshold(rank({ scores, labels })) }
}

/** Rows of a table with their scores, ready to be measured. */
export function judge(
  table: FeatureTable,
  rows: Uint32Array,
  margins: Float32Array,
  calibration: Calibration,
): Judged {
  const oracle = Float64Array.from(rows, row => table.facts(row).oracle)
  return {
    margins,
    probabilities: Float64Array.from(margins, margin => calibrate(calibration, margin)),
    labels: table.labels(rows),
    amountsMinor: table.amountsMinor(rows),
    oracle: oracle.some(Number.isNaN) ? null : oracle,
  }
}

/** Writes the model's two forms and holds them against XGBoost. @throws TrainingError `parity_failed` */
async function exportModel(
  xgboost: Xgboost,
  table: FeatureTable,
  split: Split,
  fitted: Fitted,
  calibration: Calibration,
): Promise<{ trees: Uint8Array; onnx: Uint8Array; parity: ParityReport }> {
  const trees = fitted.booster.toJson()
  const version = contentHash({ trees: sha256Hex(trees), calibration })
  const onnx = encodeModel({ trees: parseXgboostJson(trees), calibration, version })
  const values = table.gather(sample(split.test, PARITY_ROWS), fitted.places)
  const parity = await checkParity({
    xgboost,
    model: trees,
    onnx,
    calibration,
    values,
    columns: fitted.columns,
  })
  if (parity.faults.length > 0)
    throw new TrainingError(
      'parity_failed',
      `the exported model does not score as XGBoost does: ${parity.faults.join('; ')}`,
      'Nothing was written; report this with the XGBoost version.',
    )
  return { trees, onnx, parity }
}

function explain(
  xgboost: Xgboost,
  table: FeatureTable,
  { test }: Split,
  fitted: Fitted,
  trees: Uint8Array,
  { margins, labels }: Judged,
) {
  const values = table.gather(sample(test, SHAP_ROWS), fitted.places)
  using matrix = xgboost.matrix({ values, columns: fitted.columns })
  const importance = columnImportance(trees, fitted.columns, fitted.booster.contributions(matrix))
  const leakage = leakingColumns(
    importance,
    column => table.gather(test, [table.columns.indexOf(column)]),
    labels,
    averagePrecision(rank({ scores: margins, labels })),
  )
  return { importance, leakage }
}

/** So many rows, evenly spread. */
export function sample(rows: Uint32Array, count: number): Uint32Array {
  const wanted = Math.min(count, rows.length)
  return Uint32Array.from(
    { length: wanted },
    (_, index) => rows[Math.floor((index * rows.length) / wanted)] ?? 0,
  )
}
