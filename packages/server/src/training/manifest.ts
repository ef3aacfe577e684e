import { CATALOGUE, CATALOGUE_VERSION, featureOfColumn } from '../features/index.ts'
import type { Calibration } from '../model/calibration.ts'
import { type Manifest, MODEL_FORMAT, type Parity } from '../registry/index.ts'
import type { Assessment } from './assess.ts'
import type { FeatureTable } from './feature-table.ts'
import type { Fitted } from './fit.ts'
import type { Imbalance } from './imbalance/index.ts'
import type { Inspection } from './inspect.ts'
import type { RecordSource } from './source.ts'
import type { Split } from './split.ts'
import type { ParityReport } from './xgboost/index.ts'

/** All that a manifest tells of. */
export interface ManifestInput extends Inspection {
  readonly source: RecordSource
  readonly sha256: string
  readonly table: FeatureTable
  readonly split: Split
  readonly fitted: Pick<Fitted, 'columns' | 'params' | 'rounds'>
  /** Left out where it is not known. */
  readonly imbalance?: Imbalance
  readonly xgboostVersion: string
  readonly calibration: Calibration
  readonly assessment: Assessment
  readonly prescore: Manifest['prescore']
  /** Left out where nothing was compared. */
  readonly parity?: Parity
}

/** Describes a trained model. Every time in it is a time of the data, so the same data give the same bytes. */
export function describeModel(input: ManifestInput): Omit<Manifest, 'version' | 'files'> {
  const { source, sha256, table, split, fitted, importance } = input
  const { evaluation, threshold, policy } = input.assessment
  const { precision, recall, f1_score } = evaluation.figures
  const all = Uint32Array.from({ length: table.rows }, (_, row) => row)
  const data = windowOf(table, all)
  const used = new Set(fitted.columns.map(featureOfColumn))
  const { seed, ...params } = fitted.params
  return {
    format: MODEL_FORMAT,
    columns: [...fitted.columns],
    catalogueVersion: CATALOGUE_VERSION,
    features: CATALOGUE.filter(({ name }) => used.has(name)).map(({ name, version }) => ({ name, version })),
    engine: {
      library: 'xgboost',
      version: input.xgboostVersion,
      params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, plain(value)])),
      rounds: fitted.rounds,
      seed,
      ...(input.imbalance && input.imbalance.kind !== 'none' && { imbalance: { ...input.imbalance } }),
    },
    site: { ...source.site },
    data: { sha256, sourceType: source.type, ...data },
    windows: {
      labelsKnownAtMs: split.labelsKnownAtMs,
      maturityDays: split.maturityDays,
      train: windowOf(table, split.train),
      validation: windowOf(table, split.validation),
      calibration: windowOf(table, split.calibration),
      test: windowOf(table, split.test),
    },
    calibration: input.calibration,
    threshold: { probability: threshold, chosenBy: 'best F1 on the calibration slice' },
    metrics: { ...evaluation.figures },
    oracle: evaluation.oracle,
    importance: [...importance],
    ...(input.featureImportance && { featureImportance: [...input.featureImportance] }),
    leakage: [...input.leakage],
    distributions: input.distributions,
    policy: { costs: policy.costs, reviewCapacity: policy.reviewCapacity },
    ...(input.parity && { parity: input.parity }),
    prescore: input.prescore,
    metadata: {
      source_data_id: `sha256:${sha256}`,
      extraction_timestamp: new Date(data.toMs).toISOString(),
      source_type: source.type,
      user_id: 'transaction.account.id',
      session_id: 'deviceThumbprint',
      model_version: '',
      precision: precision.value,
      recall: recall.value,
      f1_score: f1_score.value,
      features: importance.map(({ column, meanAbsShap }) => ({
        feature_name: column,
        importance_score: meanAbsShap,
      })),
    },
  }
}

/** The comparison with XGBoost as the manifest keeps it. */
export function parityOf(report: ParityReport, xgboostVersion: string): Parity {
  return {
    against: `XGBoost ${xgboostVersion}`,
    rows: report.rows,
    margin: report.onnxMargin,
    probability: report.onnxProbability,
    contributions: report.contributions,
  }
}

const plain = (value: unknown): string | number => (typeof value === 'number' ? value : String(value))

/** The slice of the data that the given rows, in order of arrival, make up. */
export function windowOf(table: FeatureTable, rows: Uint32Array): Manifest['windows']['train'] {
  let frauds = 0
  for (const row of rows) if (table.facts(row).label === 1) frauds++
  return {
    fromMs: table.facts(rows[0] ?? 0).receivedAtMs,
    toMs: table.facts(rows.at(-1) ?? 0).receivedAtMs,
    rows: rows.length,
    frauds,
  }
}
