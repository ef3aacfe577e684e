import Type from 'typebox'
import { ENTITY_KINDS } from '../events/entities.ts'
import { TokenStatusSchema } from '../events/session.ts'
import { DECISIONS } from '../policy/outcome.ts'

/**
 * What a stored envelope and decision must look like, whichever build wrote them: what every build wrote is required,
 * and what later ones added may be missing. For checking what lies on a disk, not for the decision path.
 */

const epochMs = Type.Integer({ minimum: 0 })
const amount = Type.Integer({ minimum: 0 })
const text = Type.String()
const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const fact = <T extends Type.TSchema>(schema: T) => Type.Optional(nullable(schema))
const probability = Type.Number({ minimum: 0, maximum: 1 })
const ofEntities = <T extends Type.TSchema>(schema: T) =>
  Type.Object(Object.fromEntries(ENTITY_KINDS.map(kind => [kind, Type.Optional(schema)])))

const SessionSchema = Type.Object({
  status: TokenStatusSchema,
  signals: nullable(Type.Array(nullable(Type.Number()))),
  keyState: nullable(Type.Enum(['new', 'kept', 'ephemeral'])),
  consent: nullable(Type.Enum(['essential', 'full'])),
  gpc: nullable(Type.Boolean()),
  clientPrescore: nullable(probability),
  serverPrescore: nullable(probability),
  prescoreModel: nullable(text),
  nonceAgeMs: nullable(Type.Number()),
  clockSkewMs: nullable(Type.Number()),
  orderBound: nullable(Type.Boolean()),
  visitorConfidence: fact(probability),
  sdkVersion: nullable(text),
})

const PlaceSchema = Type.Object({
  country: fact(text),
  region: fact(text),
  pickupPoint: fact(Type.Boolean()),
})

const EventSchema = Type.Object({
  ...{ id: text, siteId: text, action: text, atMs: epochMs, receivedAtMs: epochMs },
  ...{ amountMinor: amount, currency: Type.String({ pattern: '^[A-Z]{3}$' }), siteAmountMinor: amount },
  keys: ofEntities(text),
  account: Type.Object({
    createdAtMs: fact(Type.Integer()),
    ...{ emailVerified: fact(Type.Boolean()), phoneVerified: fact(Type.Boolean()) },
    ...{ emailDomain: fact(text), emailDigits: fact(Type.Number()), emailNameSimilarity: fact(probability) },
    ...{ phoneCountryCode: fact(text), phoneCountry: fact(text), phoneValid: fact(Type.Boolean()) },
    phoneType: fact(text),
  }),
  payment: Type.Object({
    ...{ method: fact(text), bin: fact(text), brand: fact(text), issuerCountry: fact(text) },
    ...{ cvvResult: fact(text), avsResult: fact(text), threeDSecure: fact(text) },
    installments: fact(Type.Number()),
  }),
  basket: Type.Object({
    ...{ itemCount: fact(Type.Number()), digitalShare: fact(probability), mainCategory: fact(text) },
  }),
  ...{ shipping: PlaceSchema, billing: PlaceSchema },
  ip: Type.Object({ country: fact(text), asn: fact(Type.Integer()), hosting: fact(Type.Boolean()) }),
  ...{ channel: fact(text), trafficSource: fact(text), attempt: fact(Type.Integer()) },
  languageCountries: fact(Type.Array(text)),
  metadata: Type.Record(text, Type.Union([text, Type.Number(), Type.Boolean()])),
  session: SessionSchema,
})

const counts = Type.Array(Type.Number({ minimum: 0 }))
const ViewSchema = Type.Object({
  ...{ firstSeenMs: nullable(Type.Number()), lastSeenMs: nullable(Type.Number()) },
  lifetimeCount: Type.Integer({ minimum: 0 }),
  counts,
  ...{ sumsMinor: Type.Optional(counts), declines: Type.Optional(counts), frauds: Type.Optional(counts) },
  distinct: ofEntities(counts),
})

export const StoredEnvelopeSchema = Type.Object({
  format: Type.Literal('atalaya-envelope/1'),
  event: EventSchema,
  history: ofEntities(ViewSchema),
  site: Type.Object({ timeZone: text, currency: text, country: text }),
  versions: Type.Object({
    ...{ model: text, policy: text, rules: text, features: text, prescore: nullable(text) },
  }),
  degraded: Type.Array(text),
})

const featureValue = Type.Union([Type.Number(), text, Type.Boolean(), Type.Null()])

/** As it is stored: features as values in the order of their catalogue, or by name. */
export const StoredDecisionSchema = Type.Object({
  decision: Type.Enum(DECISIONS),
  ...{ score: nullable(probability), margin: nullable(Type.Number()) },
  reasons: Type.Array(Type.Object({ code: text, contribution: Type.Number(), features: Type.Array(text) })),
  rules: Type.Array(Type.Object({ id: text, action: Type.Enum(DECISIONS) })),
  expectedLossMinor: nullable(Type.Number()),
  challenge: Type.Array(text),
  review: nullable(Type.Object({ deadlineAtMs: epochMs, defaultAction: Type.Enum(DECISIONS) })),
  features: Type.Union([Type.Array(featureValue), Type.Record(text, featureValue)]),
})
