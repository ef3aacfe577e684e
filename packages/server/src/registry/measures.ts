import Type, { type Static } from 'typebox'
import { DistributionSchema } from '../model/distribution.ts'
import { CostPolicySchema } from '../policy/cost-policy.ts'

const share = Type.Number({ minimum: 0, maximum: 1 })
const strict = { additionalProperties: false } as const

/** A figure with the interval that 95 % of the bootstrap resamples fell into. */
export const EstimateSchema = Type.Object(
  { value: Type.Number(), low: Type.Number(), high: Type.Number() },
  strict,
)
export type Estimate = Static<typeof EstimateSchema>

/**
 * What a feature is worth, all of its columns together.
 *
 * @property gain share of the loss reduction of all splits
 * @property meanAbsShap log-odds
 * @property lost average precision lost when its values are shuffled, with its standard deviation over the repeats
 */
export const FeatureImportanceSchema = Type.Object(
  {
    feature: Type.String(),
    gain: Type.Number(),
    meanAbsShap: Type.Number(),
    lost: Type.Number(),
    spread: Type.Number(),
  },
  strict,
)

/** Features among the rows that the trees were fitted on, and log-odds on the calibration slice. */
export const DistributionsSchema = Type.Object(
  {
    features: Type.Array(Type.Object({ feature: Type.String(), distribution: DistributionSchema }, strict)),
    score: DistributionSchema,
  },
  strict,
)

/** The costs that profit was measured with, and the share of orders that can be reviewed. */
export const PolicyTermsSchema = Type.Object(
  { costs: CostPolicySchema, reviewCapacity: Type.Union([share, Type.Null()]) },
  strict,
)

/** Average precision of the same trees with the pre-score and fitted without it, and the difference. */
export const PreScoreGainSchema = Type.Object(
  { withIt: EstimateSchema, withoutIt: EstimateSchema, difference: EstimateSchema },
  strict,
)
