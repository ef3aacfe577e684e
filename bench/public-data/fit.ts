import { CATALOGUE, type Feature, featureOfColumn } from '../../packages/server/src/features/index.ts'
import type { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { varyingColumns } from '../../packages/server/src/training/fit.ts'
import {
  countClasses,
  type Imbalance,
  learningRows,
  NO_TREATMENT,
  weightParameter,
} from '../../packages/server/src/training/imbalance/index.ts'
import {
  type BoosterParams,
  loadXgboost,
  type Round,
} from '../../packages/server/src/training/xgboost/index.ts'

/** What validation chose for a data set. */
export interface Choice {
  readonly params: BoosterParams
  readonly rounds: number
  /** Default none. */
  readonly imbalance?: Imbalance
  /** Which features are learnt from; default all. */
  readonly uses?: (feature: Feature) => boolean
}

/**
 * Fits trees to some rows of a table and scores others, over every chosen column that varies among the rows fitted.
 *
 * @returns log-odds, one a test row
 * @throws XgboostError `xgboost_missing` with a line that says how to install it
 */
export function fitAndScore(
  table: FeatureTable,
  { train, test }: { readonly train: Uint32Array; readonly test: Uint32Array },
  { params, rounds, imbalance = NO_TREATMENT, uses = () => true }: Choice,
  onRound: (round: Round) => void = () => undefined,
): Float32Array {
  const xgboost = loadXgboost()
  const used = new Set(CATALOGUE.filter(uses).map(({ name }) => name))
  const nameAt = (place: number) => table.columns[place] as string
  const places = varyingColumns(table, train).filter(place => used.has(featureOfColumn(nameAt(place))))
  const columns = places.map(nameAt)
  const label = table.labels(train)
  const rows = learningRows({ values: table.gather(train, places), columns, label }, imbalance, params.seed)
  using fitted = xgboost.matrix(rows)
  const weighted = { ...params, ...weightParameter(imbalance, countClasses(label)) }
  using booster = xgboost.train({ params: weighted, rounds, train: fitted, onRound }).booster
  using judged = xgboost.matrix({ values: table.gather(test, places), columns })
  return booster.margins(judged)
}
