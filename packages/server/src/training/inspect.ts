import { parseXgboostJson } from '../model/xgboost-json.ts'
import { groupColumns } from './column-groups.ts'
import { type Distributions, describeRows } from './drift.ts'
import type { FeatureTable } from './feature-table.ts'
import {
  type ColumnImportance,
  columnImportance,
  type FeatureImportance,
  featureImportance,
} from './importance.ts'
import type { Judged } from './judged.ts'
import { leakingFeatures } from './leakage.ts'
import { averagePrecision, rank } from './metrics/index.ts'
import { evenly, type PermutationLoss, permutationLosses, permutationSample } from './permutation.ts'

/** What a model goes by, and what it was made on. */
export interface Inspection {
  readonly importance: readonly ColumnImportance[]
  /** Left out for a model whose trees are unknown. */
  readonly featureImportance?: readonly FeatureImportance[]
  readonly leakage: readonly string[]
  readonly distributions: Distributions
}

/** A model's columns with the orders that tell of it. */
interface ModelRows {
  readonly table: FeatureTable
  /** The model's, in its order. */
  readonly columns: readonly string[]
  /** Rows that it was made on: what drift is told from, and fraud rates of categories. */
  readonly learnt: Uint32Array
  readonly test: Uint32Array
  /** The test rows, judged. */
  readonly judged: Judged
  /** Log-odds of later rows that it was not fitted on. */
  readonly laterMargins: Float32Array
}

export interface InspectInput extends ModelRows {
  /** XGBoost JSON. */
  readonly trees: Uint8Array
  /** SHAP values of rows, row-major with the bias as last value of each. */
  readonly contributions: (rows: Uint32Array) => Float32Array
  readonly seed: number
}

/** Rows that are explained for the importance. */
const SHAP_ROWS = 1000
const PERMUTATION_REPEATS = 5
/** Features looked at by the leakage alarm, by each of the importances: a leak is among the most important. */
const LEAKAGE_FEATURES = 20

/** Measures importance on the test slice, raises the leakage alarm, and describes the rows that the trees saw. */
export function inspectModel(input: InspectInput): Inspection {
  const { columns, trees, test } = input
  const contributions = input.contributions(evenly(test, SHAP_ROWS))
  const groups = groupColumns(columns)
  const features = featureImportance(trees, columns, groups, contributions, permutation(input))
  const most = (by: (feature: FeatureImportance) => number) =>
    [...features].sort((a, b) => by(b) - by(a)).slice(0, LEAKAGE_FEATURES)
  const looked = [
    ...most(({ meanAbsShap }) => meanAbsShap),
    ...most(({ gain }) => gain),
    ...most(({ lost }) => lost),
  ].map(({ feature }) => feature)
  return {
    importance: columnImportance(trees, columns, contributions),
    featureImportance: features,
    ...alarmAndRows(input, new Set(looked)),
  }
}

/** The same for a model whose trees are unknown; its importance of columns comes from elsewhere. */
export function inspectOpaque(input: ModelRows, importance: readonly ColumnImportance[]): Inspection {
  const most = new Set(importance.slice(0, LEAKAGE_FEATURES).map(({ column }) => column))
  const looked = groupColumns(input.columns)
    .filter(({ places }) => places.some(place => most.has(input.columns[place] ?? '')))
    .map(({ feature }) => feature)
  return { importance, ...alarmAndRows(input, new Set(looked)) }
}

function permutation({ table, columns, test, trees, seed }: InspectInput): PermutationLoss[] {
  const sample = permutationSample(test, row => table.facts(row).label)
  const places = columns.map(column => table.columns.indexOf(column))
  return permutationLosses(
    parseXgboostJson(trees),
    groupColumns(columns),
    {
      values: table.gather(sample.rows, places),
      labels: table.labels(sample.rows),
      weights: sample.weights,
      donors: table.gather(sample.donors, places),
    },
    { repeats: PERMUTATION_REPEATS, seed },
  )
}

function alarmAndRows(
  { table, columns, learnt, test, judged, laterMargins }: ModelRows,
  looked: ReadonlySet<string>,
): Pick<Inspection, 'leakage' | 'distributions'> {
  const read = (rows: Uint32Array) => ({
    labels: table.labels(rows),
    valuesOf: (places: readonly number[]) =>
      table.gather(
        rows,
        places.map(place => table.columns.indexOf(columns[place] ?? '')),
      ),
  })
  return {
    leakage: leakingFeatures(
      groupColumns(columns).filter(({ feature }) => looked.has(feature)),
      read(learnt),
      read(test),
      averagePrecision(rank({ scores: judged.margins, labels: judged.labels })),
    ),
    distributions: describeRows(table, columns, learnt, laterMargins),
  }
}
