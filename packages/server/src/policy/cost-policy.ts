import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { contentHash } from '../base/content-hash.ts'
import { AtalayaError } from '../base/errors.ts'
import { AmountMinorSchema, CurrencySchema } from '../base/money.ts'

const rate = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })

/** What outcomes cost a shop. Money is in minor units of the site's currency. */
export const CostPolicySchema = Type.Object(
  {
    currency: CurrencySchema,
    marginRate: rate('What a good order earns, as a share of its amount'),
    falseDeclineCostRate: rate('What a lost good order costs beyond its margin (the shopper goes elsewhere)'),
    fraudLossRate: rate(
      'What a fraudulent order costs, as a share of its amount: 1 when the shop bears all of it',
    ),
    chargebackFeeMinor: AmountMinorSchema,
    challengeCostMinor: AmountMinorSchema,
    challengeCatchRate: rate('Share of fraud that a challenge stops'),
    challengeFrictionRate: rate('Share of good shoppers that a challenge loses'),
    reviewCostMinor: AmountMinorSchema,
    reviewCatchRate: rate('Share of fraud that a review stops'),
    reviewFrictionRate: rate('Share of good orders that a review loses, by delay or mistake'),
    reviewShadowPriceMinor: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          'What a review must save beyond its cost, where reviewers are scarcer than orders worth a review; see fitPolicy',
      }),
    ),
    reviewMinutes: Type.Integer({ minimum: 1, maximum: 43_200, description: 'Time to decide a review' }),
    fallback: Type.Object(
      {
        reviewFromMinor: AmountMinorSchema,
        reviewDefaultAction: Type.Union([Type.Literal('allow'), Type.Literal('deny')], {
          description: 'What happens to a review of the fallback that nobody decides',
        }),
      },
      {
        additionalProperties: false,
        description: 'Without a score orders are allowed, those from reviewFromMinor on are reviewed',
      },
    ),
  },
  { additionalProperties: false, description: 'Costs of outcomes' },
)
export type CostPolicy = Static<typeof CostPolicySchema>

/**
 * A marketplace in Lima that makes good fraud to its sellers. The figures are assumptions to begin with, to be replaced
 * by the shop's own: a chargeback fee of some 20 USD, a review of eight minutes of an analyst's time, a challenge that
 * is mostly 3-D Secure.
 */
export const DEFAULT_POLICY: CostPolicy = {
  currency: 'PEN',
  marginRate: 0.12,
  falseDeclineCostRate: 0.1,
  fraudLossRate: 1,
  chargebackFeeMinor: 7500,
  challengeCostMinor: 50,
  challengeCatchRate: 0.85,
  challengeFrictionRate: 0.05,
  reviewCostMinor: 800,
  reviewCatchRate: 0.92,
  reviewFrictionRate: 0.06,
  reviewMinutes: 120,
  fallback: { reviewFromMinor: 150_000, reviewDefaultAction: 'allow' },
}

/** A policy in force. */
export interface CompiledPolicy {
  readonly costs: CostPolicy
  /** Content hash of the costs. */
  readonly version: string
}

const schema = Compile(CostPolicySchema)

/**
 * Checks a policy and gives it its version.
 *
 * A review must be the surer and costlier answer of the two, else a higher probability could turn a review into a
 * challenge. With costs linear in the probability, severity never falls with it exactly if the slopes fall from
 * challenge to review: `(reviewCatch - challengeCatch) * fraudLoss >= (challengeFriction - reviewFriction) * (margin +
 * falseDecline)` for every amount.
 *
 * @throws AtalayaError `invalid_policy`
 */
export function compilePolicy(policy: unknown): CompiledPolicy {
  if (!schema.Check(policy)) {
    const [error] = schema.Errors(policy)
    throw new AtalayaError(
      'invalid_policy',
      `the cost policy is not valid: ${error?.instancePath || '/'} ${error?.message ?? ''}`,
      'Correct the named field; docs/policy.md explains each.',
    )
  }
  const caught = (policy.reviewCatchRate - policy.challengeCatchRate) * policy.fraudLossRate
  const lost =
    (policy.challengeFrictionRate - policy.reviewFrictionRate) *
    (policy.marginRate + policy.falseDeclineCostRate)
  if (policy.reviewCatchRate < policy.challengeCatchRate || caught < lost) {
    throw new AtalayaError(
      'invalid_policy',
      'the cost policy makes a challenge surer than a review, so that a higher risk could get the milder answer',
      'Raise reviewCatchRate above challengeCatchRate, or lower challengeFrictionRate.',
    )
  }
  return { costs: policy, version: contentHash(policy) }
}
