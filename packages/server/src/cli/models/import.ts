import { existsSync, readFileSync } from 'node:fs'
import { AtalayaError } from '../../base/errors.ts'
import { openIpData } from '../../ipdata/index.ts'
import { DEFAULT_POLICY } from '../../policy/index.ts'
import { type ModelRegistry, openRegistry, type StoredModel, sha256Hex } from '../../registry/index.ts'
import { siteCurrencyConverter } from '../../sites/index.ts'
import { assessmentText } from '../../training/assessment-text.ts'
import {
  adoptModel,
  asForeignFault,
  columnsOf,
  type ForeignModel,
  foreignFault,
  readColumnNames,
  readOnnxModel,
  readSamples,
  readXgboostModel,
  renamedColumns,
} from '../../training/foreign/index.ts'
import { loadXgboost } from '../../training/xgboost/index.ts'
import { BUNDLED_MODELS } from '../bundled-models.ts'
import { type SplitChoices, splitOptionsOf } from '../split-options.ts'
import { progressBars } from '../train-progress.ts'
import { type DataOptions, openData } from '../training-data.ts'

export interface ImportOptions extends Omit<DataOptions, 'days' | 'start'>, SplitChoices {
  readonly xgboost?: string
  readonly onnx?: string
  readonly features?: string
  readonly samples?: string
  readonly calibration: 'fit' | 'none'
  readonly prescore?: string
}

/** Imports a model from elsewhere and stores it. @returns what to print */
export async function importModel(registry: ModelRegistry, options: ImportOptions): Promise<string> {
  const { file, model } = await readModelFile(options)
  const given = options.features === undefined ? null : readColumnNames(options.features)
  const columns = columnsOf(model, given)
  const samples = options.samples === undefined ? null : readSamples(options.samples, model.width)
  const prescore = prescoreOf(registry, options.prescore)
  const progress = progressBars()
  const opened = await openData({ ...options, days: 0, start: 0 }, progress)
  try {
    const { source } = opened
    const { artefacts, assessment, parity } = await adoptModel(model, source, {
      ...{ columns, samples, calibration: options.calibration, seed: options.seed },
      ...{ renamed: renamedColumns(model, given, columns), fileSha256: sha256Hex(file) },
      prescore: prescore?.prescore
        ? { model: prescore.prescore, described: prescore.manifest.prescore }
        : null,
      split: await splitOptionsOf(options),
      policy: DEFAULT_POLICY,
      lookupIp: (await openIpData()).lookup,
      toSiteMinor: siteCurrencyConverter({ currency: source.site.currency, rates: [] }),
      progress,
    })
    progress.stop()
    const version = registry.add(artefacts)
    return [
      assessmentText(assessment, artefacts.manifest),
      parity
        ? `against ${parity.against} on ${parity.rows} rows: ${parity.margin === null ? '' : `log-odds ${parity.margin.toExponential(1)}, `}probability ${parity.probability.toExponential(1)}`
        : 'its scores could not be compared with those at home: give --samples FILE',
      model.json
        ? 'reasons: exact TreeSHAP'
        : 'reasons: ablation, one column at a time set to its median; a graph tells no SHAP values',
      `${columns.length} columns, from ${model.producer}`,
      `model ${version} in ${registry.directory}`,
    ].join('\n')
  } finally {
    progress.stop()
    opened.close()
  }
}

async function readModelFile({
  xgboost,
  onnx,
  samples,
}: ImportOptions): Promise<{ readonly file: Uint8Array; readonly model: ForeignModel }> {
  const path = xgboost ?? onnx
  if (path === undefined || (xgboost !== undefined && onnx !== undefined))
    throw new AtalayaError(
      'import_options',
      path === undefined ? 'there is no model to import' : 'there are two models to import',
      'Give one of --xgboost FILE and --onnx FILE.',
    )
  if (!existsSync(path)) throw foreignFault(`model file ${path} does not exist`, 'Check the path.')
  const file = readFileSync(path)
  if (onnx !== undefined) return { file, model: await readOnnxModel(file) }
  if (!path.endsWith('.ubj')) return { file, model: readXgboostModel(file) }
  // 1.7.4 reads the base score of a file of 3.2 wrongly and says nothing: log-odds were 4.5 off.
  if (samples === undefined)
    throw foreignFault(
      'an older library misreads the .ubj of a newer one in silence',
      'Give --samples FILE, which would show it, or save the model as .json.',
    )
  return { file, model: readXgboostModel(jsonOf(file)) }
}

/** XGBoost's binary JSON is read by XGBoost itself. */
function jsonOf(ubj: Uint8Array): Uint8Array {
  try {
    using booster = loadXgboost().load(ubj)
    return booster.toJson()
  } catch (error) {
    throw asForeignFault(error)
  }
}

/** The version that lends its pre-score network: the one named, else the champion, else the bundled champion. */
export function prescoreOf(registry: ModelRegistry, name: string | undefined): StoredModel | null {
  if (name === 'none') return null
  if (name !== undefined) return registry.load(name)
  const champion = [registry, openRegistry(BUNDLED_MODELS)]
    .map(known => ({ known, found: known.list().find(({ aliases }) => aliases.includes('champion')) }))
    .find(({ found }) => found !== undefined)
  return champion?.found ? champion.known.load(champion.found.version) : null
}
