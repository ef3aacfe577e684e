import { writeFileSync } from 'node:fs'
import { createPreScorer } from '@atalaya/client/contract'
import { AtalayaError } from '../../base/errors.ts'
import { openIpData } from '../../ipdata/index.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import { margin } from '../../model/trees.ts'
import { parseXgboostJson } from '../../model/xgboost-json.ts'
import { openRegistry, type StoredModel } from '../../registry/index.ts'
import { siteCurrencyConverter } from '../../sites/index.ts'
import { writeFeatures } from '../../training/feature-export.ts'
import { varyingColumns } from '../../training/fit.ts'
import { splitByTime } from '../../training/split.ts'
import { buildTable } from '../../training/table.ts'
import { PARITY_LIMITS } from '../../training/xgboost/index.ts'
import { type SplitChoices, splitOptionsOf } from '../split-options.ts'
import { progressBars } from '../train-progress.ts'
import { type DataOptions, openData } from '../training-data.ts'
import { prescoreOf } from './import.ts'

export interface ExportModelOptions {
  readonly registry: string
  readonly onnx?: string
  readonly xgboost?: string
}

/** Writes the files of a version that were asked for, once both forms agree. @returns what to print */
export async function exportModel(
  name: string,
  { registry, onnx, xgboost }: ExportModelOptions,
): Promise<string> {
  if (onnx === undefined && xgboost === undefined)
    throw new AtalayaError(
      'export_options',
      'nothing is to be written',
      'Give --onnx FILE, --xgboost FILE or both.',
    )
  const model = openRegistry(registry).load(name)
  if (xgboost !== undefined && model.trees === null)
    throw new AtalayaError(
      'export_options',
      `model ${model.version} was imported as ONNX and has no XGBoost form`,
      'Give --onnx FILE.',
    )
  const worst = await worstDifference(model)
  if (worst > PARITY_LIMITS.onnxMargin)
    throw new AtalayaError(
      'parity_failed',
      `the two forms of model ${model.version} differ by ${worst} in log-odds`,
      'Nothing was written; train or copy the version again.',
    )
  const written: string[] = []
  if (onnx !== undefined) {
    writeFileSync(onnx, model.onnx)
    written.push(
      `${onnx}: ONNX, input features (float32, rows x ${model.manifest.columns.length}), outputs margin and probability`,
    )
  }
  if (xgboost !== undefined && model.trees) {
    writeFileSync(xgboost, model.trees)
    written.push(`${xgboost}: XGBoost JSON of ${model.manifest.engine.version}, uncalibrated`)
  }
  return [
    ...written,
    ...(model.trees
      ? [
          `both forms compared on ${CHECKED_ROWS} rows with missing values: log-odds ${worst.toExponential(1)}`,
        ]
      : []),
  ].join('\n')
}

const CHECKED_ROWS = 500

/** ONNX against the trees, on rows around the trees' own thresholds, every fifth value missing. */
async function worstDifference({ onnx, trees: json, manifest }: StoredModel): Promise<number> {
  if (json === null) return 0
  const trees = parseXgboostJson(json)
  const width = manifest.columns.length
  const thresholds: number[][] = manifest.columns.map(() => [0])
  for (const [node, column] of trees.feature.entries())
    if (column >= 0) thresholds[column]?.push(trees.value[node] ?? 0)
  const values = Float32Array.from({ length: CHECKED_ROWS * width }, (_, at) => {
    const row = Math.floor(at / width)
    const known = thresholds[at % width] ?? [0]
    return (row + at) % 5 === 0 ? Number.NaN : (known[(row * 31 + at) % known.length] ?? 0)
  })
  const scorer = await createScorer(onnx, manifest.columns)
  const { margins } = await scorer.scoreBatch(values, CHECKED_ROWS)
  await scorer.close()
  return margins.reduce(
    (most, score, row) =>
      Math.max(most, Math.abs(score - margin(trees, values.subarray(row * width, (row + 1) * width)))),
    0,
  )
}

export interface ExportFeaturesOptions extends Omit<DataOptions, 'seed' | 'days' | 'start'>, SplitChoices {
  readonly registry: string
  readonly out: string
  readonly prescore?: string
}

/** Writes the feature table of a history. @returns what to print */
export async function exportFeatures(options: ExportFeaturesOptions): Promise<string> {
  const stored = prescoreOf(openRegistry(options.registry), options.prescore)
  const preScorer = stored?.prescore ? createPreScorer(stored.prescore) : null
  const progress = progressBars()
  const opened = await openData({ ...options, seed: 0, days: 0, start: 0 }, progress)
  try {
    const { source } = opened
    progress.phase('features', source.rows)
    const { table, sha256 } = await buildTable(source, {
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      onProgress: done => progress.update(done),
      ...(preScorer && {
        prescore: ({ session: { signals } }) => (signals === null ? null : preScorer(signals)),
      }),
    })
    const split = splitByTime(table, await splitOptionsOf(options))
    const columns = varyingColumns(table, split.train)
    progress.phase('writing', table.rows)
    await writeFeatures(table, split, options.out, columns, done => progress.update(done))
    progress.stop()
    return [
      `${table.rows} orders and ${columns.length} features in ${options.out}`,
      `${split.train.length} to train, ${split.validation.length} validation, ${split.calibration.length} calibration, ${split.test.length} test; orders whose label was not known in time are in no slice`,
      preScorer && stored
        ? `pre-score of model ${stored.version}`
        : 'no pre-score network: trans_risk_score is missing throughout',
      `data sha256 ${sha256}`,
    ].join('\n')
  } finally {
    progress.stop()
    opened.close()
  }
}
