import Type, { type Static } from 'typebox'
import { CurrencySchema } from '../../base/money.ts'
import { DECISIONS, REASON_CODES, type Reason } from '../../decide/index.ts'
import { TokenStatusSchema } from '../../events/session.ts'
import type { JudgedDecision, StoredDecision } from '../../store/index.ts'

const nullable = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Enum([...values], { description })
const strict = { additionalProperties: false } as const
const outcome = oneOf(DECISIONS, 'What to do with the payment')

/** What `POST /v1/verify` answers: safe to show to the merchant's staff, nothing that tells a fraudster the rules. */
export const VerifyAnswerSchema = Type.Object(
  {
    id: Type.String({ description: 'Id of the decision' }),
    decision: outcome,
    score: nullable(
      Type.Number({ minimum: 0, maximum: 1 }),
      'Calibrated probability of fraud; null when no model could score',
    ),
    reasons: Type.Array(
      Type.Object(
        { code: Type.String(), text: Type.Object({ es: Type.String(), en: Type.String() }, strict) },
        strict,
      ),
      { description: 'Why, strongest first; empty for what is allowed' },
    ),
    rules: Type.Array(Type.Object({ id: Type.String(), action: outcome }, strict), {
      description: 'Rules that fired',
    }),
    token: Type.Object(
      {
        status: TokenStatusSchema,
        key: nullable(
          oneOf(['new', 'kept', 'ephemeral'], 'Age of the key'),
          "State of the device key; null when the token's signature was not good",
        ),
        device: nullable(Type.String(), 'Pseudonym of the device key, the same at every visit'),
      },
      strict,
    ),
    prescore: Type.Object(
      {
        client: nullable(Type.Number(), 'Score the page claims'),
        server: nullable(Type.Number(), "The service's own recomputation"),
        match: nullable(Type.Boolean(), 'Whether they are equal to the bit; null when one is missing'),
      },
      strict,
    ),
    expectedLoss: nullable(
      Type.Object({ amountMinor: Type.Number(), currency: CurrencySchema }, strict),
      "Expected loss of allowing the payment, in the site's currency",
    ),
    versions: Type.Object(
      {
        model: Type.String(),
        policy: Type.String(),
        rules: Type.String(),
        features: Type.String(),
        prescore: nullable(Type.String()),
      },
      { ...strict, description: 'What judged, by content hash' },
    ),
    degraded: Type.Array(Type.String(), { description: 'Parts of the service that were missing' }),
    challenge: Type.Array(oneOf(['three_d_secure', 'one_time_code', 'document_check'], 'A further check'), {
      description: 'What a challenge asks for, in order of preference',
    }),
    review: nullable(
      Type.Object(
        {
          deadlineAtMs: Type.Integer({ description: 'UTC epoch ms' }),
          defaultAction: outcome,
        },
        strict,
      ),
      'By when a review is decided, and what happens then by itself',
    ),
  },
  { ...strict, description: 'The decision on a payment' },
)
export type VerifyAnswer = Static<typeof VerifyAnswerSchema>

/** The part of a stored decision that its merchant is told. */
export function toAnswer({ id, envelope, decision }: StoredDecision | JudgedDecision): VerifyAnswer {
  const { event, versions, site, degraded } = envelope
  const { session } = event
  const { clientPrescore: client, serverPrescore: server } = session
  return {
    id,
    decision: decision.decision,
    score: decision.score,
    reasons: merchantReasons(decision.reasons),
    rules: decision.rules.map(({ id: rule, action }) => ({ id: rule, action })),
    token: { status: session.status, key: session.keyState, device: event.keys.device ?? null },
    prescore: {
      client,
      server,
      match: client === null || server === null ? null : Object.is(client, server),
    },
    expectedLoss:
      decision.expectedLossMinor === null
        ? null
        : { amountMinor: decision.expectedLossMinor, currency: site.currency },
    versions,
    degraded: [...degraded],
    challenge: [...decision.challenge],
    review: decision.review,
  }
}

/** Analysts' codes are not passed on: they would tell a fraudster what to change. */
function merchantReasons(reasons: readonly Reason[]): VerifyAnswer['reasons'] {
  const told = new Map(
    reasons.map(({ code }) => [REASON_CODES[code].merchantCode, REASON_CODES[code].merchant] as const),
  )
  return [...told].map(([code, { es, en }]) => ({ code, text: { es, en } }))
}
