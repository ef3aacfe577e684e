import { SIGNALS } from '@atalaya/client/contract'
import Type, { type Static } from 'typebox'

/** What became of the behaviour token of a request; never a verdict by itself. */
export const TOKEN_STATUSES = [
  'ok',
  'absent',
  'expired',
  'replayed',
  'bad_signature',
  'origin_mismatch',
  'order_mismatch',
  'nonce_missing',
  'prescore_mismatch',
  'malformed',
] as const
export const TokenStatusSchema = Type.Enum(TOKEN_STATUSES)
export type TokenStatus = Static<typeof TokenStatusSchema>

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const probability = Type.Number({ minimum: 0, maximum: 1 })

/**
 * What is known of a shopping session once its token was judged. Everything but `status` is `null` when the token
 * gave nothing that can be trusted to have been signed (absent, malformed, bad signature).
 *
 * @property signals values in the order of the contract's signal schema
 * @property clientPrescore the score the browser claims; `serverPrescore` the service's own recomputation
 * @property nonceAgeMs from the issue of the nonce to the verification, by the service's clock: bounds what the page
 *   says about its session
 * @property clockSkewMs the page's clock minus the service's
 * @property orderBound whether the token names an order at all
 */
export const SessionFactsSchema = Type.Object(
  {
    status: TokenStatusSchema,
    signals: nullable(
      Type.Array(nullable(Type.Number()), { minItems: SIGNALS.length, maxItems: SIGNALS.length }),
    ),
    keyState: nullable(Type.Union([Type.Literal('new'), Type.Literal('kept'), Type.Literal('ephemeral')])),
    consent: nullable(Type.Union([Type.Literal('essential'), Type.Literal('full')])),
    gpc: nullable(Type.Boolean()),
    clientPrescore: nullable(probability),
    serverPrescore: nullable(probability),
    prescoreModel: nullable(Type.String()),
    nonceAgeMs: nullable(Type.Number()),
    clockSkewMs: nullable(Type.Number()),
    orderBound: nullable(Type.Boolean()),
    visitorConfidence: nullable(probability),
    sdkVersion: nullable(Type.String()),
  },
  { additionalProperties: false },
)
export type SessionFacts = Static<typeof SessionFactsSchema>

/** Session facts of a request whose token told nothing. */
export function emptySession(status: TokenStatus): SessionFacts {
  return {
    status,
    signals: null,
    keyState: null,
    consent: null,
    gpc: null,
    clientPrescore: null,
    serverPrescore: null,
    prescoreModel: null,
    nonceAgeMs: null,
    clockSkewMs: null,
    orderBound: null,
    visitorConfidence: null,
    sdkVersion: null,
  }
}
