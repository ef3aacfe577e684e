import Type, { type Static } from 'typebox'

/** What a page asks before it makes a token: `POST /v1/challenge`. */
export const ChallengeRequestSchema = Type.Object(
  { siteKey: Type.String({ minLength: 1, maxLength: 128, description: 'Publishable key of the site' }) },
  { additionalProperties: false },
)
export type ChallengeRequest = Static<typeof ChallengeRequestSchema>

/** Answer to a challenge request. */
export const ChallengeResponseSchema = Type.Object(
  {
    nonce: Type.String({ description: 'Stateless signed nonce, to be put into one token' }),
    expiresAtMs: Type.Integer({ description: 'UTC epoch ms after which the nonce is refused' }),
    serverTimeMs: Type.Integer({ description: "UTC epoch ms of the service, to correct the page's clock" }),
    config: Type.Object(
      {
        prescoreModelId: Type.Union([Type.String(), Type.Null()], {
          description: 'Id of the pre-score model in force; its data is at /sdk/prescore/{id}.json',
        }),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
export type ChallengeResponse = Static<typeof ChallengeResponseSchema>
