import type { Manifest } from '../registry/index.ts'
import type { FeatureTable } from './feature-table.ts'
import { type FitOptions, type Fitted, trainingRows } from './fit.ts'
import { averagePrecision, bootstrap, rank } from './metrics/index.ts'
import type { Split } from './split.ts'
import type { Xgboost } from './xgboost/index.ts'

const PRE_SCORE = 'trans_risk_score'
const RESAMPLES = 200

export type PreScoreGain = NonNullable<NonNullable<Manifest['prescore']>['gain']>

/**
 * What a model gains from the pre-score: the same trees, in number, parameters and rows, are fitted without that one
 * column, and both are judged on the same resamples of the test slice, so that the interval is of the difference. The
 * signals behind the pre-score stay: the gain is what the network adds to them.
 *
 * @param margins of the model on the test slice
 * @returns null for a model without the column
 */
export function preScoreGain(
  xgboost: Xgboost,
  table: FeatureTable,
  split: Split,
  { booster: _, ...fitted }: Fitted,
  margins: ArrayLike<number>,
  options: FitOptions,
): PreScoreGain | null {
  if (!fitted.columns.includes(PRE_SCORE)) return null
  const columns = fitted.columns.filter(column => column !== PRE_SCORE)
  const places = fitted.places.filter(place => table.columns[place] !== PRE_SCORE)
  const rows = Uint32Array.from([...split.train, ...split.validation])
  using train = xgboost.matrix(trainingRows(table, rows, { columns, places }, options))
  using booster = xgboost.train({ params: fitted.params, rounds: fitted.rounds, train }).booster
  using test = xgboost.matrix({ values: table.gather(split.test, places), columns })
  const labels = table.labels(split.test)
  const withIt = rank({ scores: margins, labels })
  const withoutIt = rank({ scores: booster.margins(test), labels })
  return bootstrap(
    labels.length,
    weights => {
      const [full, less] = [averagePrecision(withIt, weights), averagePrecision(withoutIt, weights)]
      return { withIt: full, withoutIt: less, difference: full - less }
    },
    { resamples: RESAMPLES, seed: options.seed },
  )
}
