import { createPreScorer, type PreScoreModel } from '@atalaya/client/contract'
import { contentHash } from '../../base/content-hash.ts'
import type { EventContext, IpFacts } from '../../events/payment-event.ts'
import { ablation } from '../../model/ablation.ts'
import { type Calibration, calibrate, UNCALIBRATED } from '../../model/calibration.ts'
import { createScorer, type Scorer } from '../../model/onnx/scorer.ts'
import { TreeShap } from '../../model/shap.ts'
import { parseXgboostJson } from '../../model/xgboost-json.ts'
import type { CostPolicy } from '../../policy/index.ts'
import type { Manifest, ModelArtefacts, Parity } from '../../registry/index.ts'
import { type Assessment, assess } from '../assess.ts'
import { measureDrift } from '../drift.ts'
import type { FeatureTable } from '../feature-table.ts'
import { fitCalibration } from '../fit.ts'
import type { ColumnImportance } from '../importance.ts'
import { inspectModel, inspectOpaque } from '../inspect.ts'
import { describeModel } from '../manifest.ts'
import { bestF1Threshold, rank } from '../metrics/index.ts'
import { evenly } from '../permutation.ts'
import { shopPolicy } from '../policy-report.ts'
import { type Progress, SILENT } from '../progress.ts'
import { reportHtml } from '../report/html.ts'
import type { RecordSource } from '../source.ts'
import { type Split, type SplitOptions, splitByTime } from '../split.ts'
import { buildTable } from '../table.ts'
import { judge } from '../train.ts'
import type { ForeignModel } from './foreign-model.ts'
import { foreignParity } from './parity.ts'
import type { Samples } from './samples.ts'

export interface AdoptOptions {
  /** Our columns in the model's order. */
  readonly columns: readonly string[]
  readonly renamed: Readonly<Record<string, string>>
  /** The file as it was given. */
  readonly fileSha256: string
  /** `fit` on the history's calibration slice, or `none`: the model's probabilities are taken as they are. */
  readonly calibration: 'fit' | 'none'
  readonly samples: Samples | null
  /** The network that the history's and the service's pre-scores come from. */
  readonly prescore: { readonly model: PreScoreModel; readonly described: Manifest['prescore'] } | null
  readonly split: SplitOptions
  readonly policy: CostPolicy
  readonly seed: number
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  readonly progress?: Progress
}

/** A model from elsewhere as one of ours, ready to be stored. */
export interface AdoptedModel {
  readonly artefacts: ModelArtefacts
  readonly assessment: Assessment
  readonly parity: Parity | null
}

const PARITY_ROWS = 2000
const ABLATION_ROWS = 200

/**
 * Takes in a model that was trained elsewhere: a history is replayed into the columns it wants, its scores are
 * calibrated on one slice and measured on the next, and held against the library that trained it.
 *
 * @throws TrainingError `data_too_few_labels`, `parity_failed`; those of the source
 */
export async function adoptModel(
  model: ForeignModel,
  source: RecordSource,
  options: AdoptOptions,
): Promise<AdoptedModel> {
  const { columns, prescore, policy, seed, progress = SILENT, lookupIp, toSiteMinor } = options
  const preScorer = prescore && createPreScorer(prescore.model)
  progress.phase('features', source.rows)
  const { table, sha256 } = await buildTable(source, {
    ...{ lookupIp, toSiteMinor, columns, onProgress: done => progress.update(done) },
    ...(preScorer && {
      prescore: ({ session: { signals } }) => (signals === null ? null : preScorer(signals)),
    }),
  })
  const split = splitByTime(table, options.split)
  progress.phase('evaluation', null)
  const scorer = await createScorer(model.encode(columns, UNCALIBRATED, 'uncalibrated'), columns)
  try {
    const marginsOf = async (rows: Uint32Array) =>
      (await scorer.scoreBatch(table.gather(rows), rows.length)).margins
    const margins = await marginsOf(split.calibration)
    const labels = table.labels(split.calibration)
    const calibration = options.calibration === 'fit' ? fitCalibration(margins, labels) : UNCALIBRATED
    const probabilities = Float64Array.from(margins, margin => calibrate(calibration, margin))
    const threshold = bestF1Threshold(rank({ scores: probabilities, labels }))
    const judged = judge(table, split.test, await marginsOf(split.test), calibration)
    const onnx = model.encode(columns, calibration, versionOf(options.fileSha256, calibration))
    const parity = await foreignParity({
      ...{ model, columns, calibration, onnx, samples: options.samples },
      values: table.gather(evenly(split.test, PARITY_ROWS)),
    })
    const reference = model.json ? null : mediansOf(table, split.calibration)
    // The rows that it learnt from are unknown; those that calibrate it are the nearest to them.
    const rows = {
      ...{ table, columns, learnt: split.calibration, test: split.test, judged, laterMargins: margins },
    }
    const inspection = model.json
      ? inspectModel({ ...rows, seed, trees: model.json, contributions: treeShap(model.json, table) })
      : inspectOpaque(rows, await ablationImportance(scorer, table, split, reference ?? []))
    const assessment = assess(judged, {
      ...{ threshold, seed, policy: shopPolicy(policy, null, judged) },
      drift: measureDrift(inspection.distributions, table, columns, split.test, judged.margins),
    })
    const described = describeModel({
      ...{ source, sha256, table, split, assessment, calibration, ...inspection },
      fitted: { columns, params: { seed }, rounds: model.trees },
      xgboostVersion: model.producer,
      prescore: prescore?.described ?? null,
      ...(parity && { parity }),
    })
    const manifest = foreignManifest(described, model, options, reference)
    const title = `Model from ${model.producer}, measured on ${table.rows.toLocaleString('en')} orders`
    return {
      artefacts: {
        ...{ manifest, onnx, trees: model.json, prescore: prescore?.model ?? null },
        reportHtml: reportHtml({ title, assessment, manifest }),
      },
      ...{ assessment, parity },
    }
  } finally {
    await scorer.close()
  }
}

function versionOf(fileSha256: string, calibration: Calibration): string {
  return contentHash({ file: fileSha256, calibration })
}

type BareManifest = ModelArtefacts['manifest']

/** What is known of a model that was trained elsewhere; the rows it learnt from are not. */
function foreignManifest(
  described: BareManifest,
  { format, producer, trees }: ForeignModel,
  { fileSha256, renamed, seed }: AdoptOptions,
  reference: readonly (number | null)[] | null,
): BareManifest {
  const unknown = { fromMs: described.data.fromMs, toMs: described.data.fromMs, rows: 0, frauds: 0 }
  const library = format === 'onnx' ? 'onnx' : 'xgboost'
  return {
    ...described,
    engine: { library, version: producer, params: {}, rounds: trees, seed },
    windows: { ...described.windows, train: unknown, validation: unknown },
    origin: { format, sha256: fileSha256, producer, renamed: { ...renamed } },
    ...(reference && { reasons: { method: 'ablation', reference: [...reference] } }),
  }
}

/** SHAP values of rows of the table. */
function treeShap(json: Uint8Array, table: FeatureTable): (rows: Uint32Array) => Float32Array {
  const shap = new TreeShap(parseXgboostJson(json))
  const width = table.columns.length
  return rows => {
    const values = table.gather(rows)
    const contributions = new Float32Array(rows.length * (width + 1))
    for (let row = 0; row < rows.length; row++)
      contributions.set(
        shap.explain(values.subarray(row * width, (row + 1) * width)).contributions,
        row * (width + 1),
      )
    return contributions
  }
}

/** Mean absolute ablation values; a graph tells no gain. */
async function ablationImportance(
  scorer: Scorer,
  table: FeatureTable,
  { test }: Split,
  reference: readonly (number | null)[],
): Promise<ColumnImportance[]> {
  const rows = evenly(test, ABLATION_ROWS)
  const width = table.columns.length
  const values = table.gather(rows)
  const usual = Float32Array.from(reference, value => value ?? Number.NaN)
  const sums = new Float64Array(width)
  for (let row = 0; row < rows.length; row++) {
    const worth = await ablation(scorer, values.subarray(row * width, (row + 1) * width), usual)
    for (let column = 0; column < width; column++)
      sums[column] = (sums[column] ?? 0) + Math.abs(worth[column] ?? 0)
  }
  return table.columns
    .map((column, place) => ({ column, gain: 0, meanAbsShap: (sums[place] ?? 0) / rows.length }))
    .sort((a, b) => b.meanAbsShap - a.meanAbsShap || (a.column < b.column ? -1 : 1))
}

/** The median of each column over the given rows; null where most are missing. */
function mediansOf(table: FeatureTable, rows: Uint32Array): (number | null)[] {
  return table.columns.map((_, column) => {
    const values = table.gather(rows, [column])
    const present = values.filter(value => !Number.isNaN(value)).sort()
    if (2 * present.length < values.length) return null
    return present[Math.floor(present.length / 2)] ?? null
  })
}
