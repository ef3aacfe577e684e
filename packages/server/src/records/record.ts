import Type, { type Static } from 'typebox'
import { LabelSchema } from '../events/lifecycle.ts'
import { SessionFactsSchema } from '../events/session.ts'
import { TransactionSchema } from '../events/transaction.ts'

/**
 * One payment of a history file (NDJSON, gzip allowed), in order of arrival: what the service would have been told,
 * and what became of it. Simulator, importer and store all write this; training and back-tests read it.
 *
 * @property receivedAtMs arrival at the service, UTC epoch ms
 * @property deviceThumbprint thumbprint of the session's key, when a token was good
 * @property sessionId id of the shopping session, when a token was good
 * @property declinedAtMs when the payment provider declined it, UTC epoch ms; null when it did not
 * @property label null while nobody knows
 * @property oracle the generator's own fraud probability; simulated histories only
 * @property blocked refused by the simulated shop's own rules, so never paid and never labelled; simulated histories only
 * @property attack the generator's name for the kind of episode; simulated histories only, never a feature
 */
export const HistoryRecordSchema = Type.Object(
  {
    transaction: TransactionSchema,
    siteId: Type.String({ minLength: 1 }),
    action: Type.String({ minLength: 1 }),
    receivedAtMs: Type.Integer({ minimum: 0 }),
    session: SessionFactsSchema,
    deviceThumbprint: Type.Union([Type.String(), Type.Null()]),
    visitorId: Type.Union([Type.String(), Type.Null()]),
    sessionId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    remoteIp: Type.Union([Type.String(), Type.Null()]),
    declinedAtMs: Type.Union([Type.Integer(), Type.Null()]),
    label: Type.Union([LabelSchema, Type.Null()]),
    oracle: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    attack: Type.Optional(Type.String()),
    blocked: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
)
export type HistoryRecord = Static<typeof HistoryRecordSchema>
