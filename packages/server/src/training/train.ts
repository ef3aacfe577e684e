import { contentHash } from '../base/content-hash.ts'
import type { EventContext, IpFacts } from '../events/payment-event.ts'
import { type Calibration, calibrate } from '../model/calibration.ts'
import { encodeModel } from '../model/onnx/encode.ts'
import { parseXgboostJson } from '../model/xgboost-json.ts'
import type { CostPolicy } from '../policy/index.ts'
import { type ModelArtefacts, sha256Hex } from '../registry/index.ts'
import { type Assessment, assess } from './assess.ts'
import { measureDrift } from './drift.ts'
import { TrainingError } from './errors.ts'
import type { FeatureTable } from './feature-table.ts'
import { type FitOptions, type Fitted, fitCalibration, fitTrees } from './fit.ts'
import { inspectModel } from './inspect.ts'
import { type Judged, judgedRows } from './judged.ts'
import { describeModel, parityOf } from './manifest.ts'
import { bestF1Threshold, rank } from './metrics/index.ts'
import { evenly } from './permutation.ts'
import { capacityShare, type ReviewCapacity, type ShopPolicy, shopPolicy } from './policy-report.ts'
import { prepareTable } from './prepare.ts'
import { preScoreGain } from './prescore-gain.ts'
import type { FitPreScore } from './prescore-stage.ts'
import { type Progress, SILENT } from './progress.ts'
import { reportHtml } from './report/html.ts'
import type { RecordSource } from './source.ts'
import { type Split, type SplitOptions, splitByTime } from './split.ts'
import { checkParity, loadXgboost, type ParityReport, type Xgboost } from './xgboost/index.ts'

export interface TrainModelOptions {
  readonly fit: FitOptions
  readonly split: SplitOptions
  /** Costs of outcomes; fitted on the calibration slice when a review capacity is given. */
  readonly policy: CostPolicy
  readonly reviewCapacity?: ReviewCapacity
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  /** Fits the pre-score network; without it the model has none. */
  readonly fitPreScore?: FitPreScore
  /** Fits the trees once more without the pre-score, to tell what they gain from it. */
  readonly measurePreScoreGain?: boolean
  readonly progress?: Progress
}

/** A finished model with its evaluation, ready to be stored. */
export interface TrainedModel {
  readonly artefacts: ModelArtefacts
  readonly assessment: Assessment
  readonly parity: ParityReport
}

/** Rows on which the exported model is held against XGBoost. */
const PARITY_ROWS = 2000

/**
 * Trains a model: pre-score network, feature table, trees, calibration, evaluation, parity gate.
 *
 * Everything is fitted on rows earlier than those it is judged on, and with labels known at the one moment of
 * training (see `splitByTime`). The training rows' own pre-scores come from networks that never saw them.
 *
 * @throws TrainingError `data_too_few_labels`, `training_options`, `parity_failed`; XgboostError; those of the source
 */
export async function trainModel(source: RecordSource, options: TrainModelOptions): Promise<TrainedModel> {
  const { lookupIp, toSiteMinor, fitPreScore, progress = SILENT } = options
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
    const exported = await exportModel(xgboost, table, split, fitted, calibrated.calibration)
    const { margins } = judged
    const inspection = inspectModel({
      ...{ table, columns: fitted.columns, test: split.test, judged, seed },
      learnt: Uint32Array.from([...split.train, ...split.validation]),
      laterMargins: calibrated.margins,
      trees: exported.trees,
      contributions: rows => contributionsOf(xgboost, table, rows, fitted),
    })
    const assessment = assess(judged, {
      ...{ threshold: calibrated.threshold, seed },
      policy: fitShopPolicy(table, split, calibrated.probabilities, options),
      drift: measureDrift(inspection.distributions, table, fitted.columns, split.test, margins),
    })
    const gain =
      prescores && options.measurePreScoreGain
        ? preScoreGain(xgboost, table, split, fitted, margins, options.fit)
        : null
    const manifest = describeModel({
      ...{ source, sha256, table, split, fitted, assessment, ...inspection },
      ...{ calibration: calibrated.calibration, imbalance: options.fit.imbalance },
      xgboostVersion: xgboost.version,
      parity: parityOf(exported.parity, xgboost.version),
      prescore: prescores && { ...prescores.describe(table, split.test), ...(gain && { gain }) },
    })
    const title = `Model from ${table.rows.toLocaleString('en')} orders (${source.type})`
    return {
      artefacts: {
        manifest,
        onnx: exported.onnx,
        trees: exported.trees,
        prescore: prescores?.model ?? null,
        reportHtml: reportHtml({ title, assessment, manifest }),
      },
      ...{ assessment, parity: exported.parity },
    }
  } finally {
    fitted.booster.close()
  }
}

function marginsOf(xgboost: Xgboost, table: FeatureTable, rows: Uint32Array, fitted: Fitted): Float32Array {
  using matrix = xgboost.matrix({ values: table.gather(rows, fitted.places), columns: fitted.columns })
  return fitted.booster.margins(matrix)
}

function contributionsOf(
  xgboost: Xgboost,
  table: FeatureTable,
  rows: Uint32Array,
  fitted: Fitted,
): Float32Array {
  using matrix = xgboost.matrix({ values: table.gather(rows, fitted.places), columns: fitted.columns })
  return fitted.booster.contributions(matrix)
}

function calibrateTrees(
  xgboost: Xgboost,
  table: FeatureTable,
  { calibration: rows }: Split,
  fitted: Fitted,
): { calibration: Calibration; threshold: number; margins: Float32Array; probabilities: Float64Array } {
  const margins = marginsOf(xgboost, table, rows, fitted)
  const labels = table.labels(rows)
  const calibration = fitCalibration(margins, labels)
  const probabilities = Float64Array.from(margins, margin => calibrate(calibration, margin))
  const threshold = bestF1Threshold(rank({ scores: probabilities, labels }))
  return { calibration, threshold, margins, probabilities }
}

/** Rows of a table with their scores, ready to be measured. */
export function judge(
  table: FeatureTable,
  rows: Uint32Array,
  margins: Float32Array,
  calibration: Calibration,
): Judged {
  const probabilities = Float64Array.from(margins, margin => calibrate(calibration, margin))
  return judgedRows(table, rows, { margins, probabilities })
}

/** The policy, fitted on the calibration slice when reviews are limited. */
function fitShopPolicy(
  table: FeatureTable,
  { calibration: rows }: Split,
  probabilities: Float64Array,
  { policy, reviewCapacity }: TrainModelOptions,
): ShopPolicy {
  const orders = { probabilities, amountsMinor: table.amountsMinor(rows) }
  const arrivals = table.arrivalsBetween(rows[0] ?? 0, rows.at(-1) ?? 0)
  return shopPolicy(policy, reviewCapacity ? capacityShare(reviewCapacity, arrivals) : null, orders)
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
  const values = table.gather(evenly(split.test, PARITY_ROWS), fitted.places)
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
