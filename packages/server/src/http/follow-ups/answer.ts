import Type, { type Static } from 'typebox'
import {
  type FollowUps,
  knownAtMs,
  labelInForce,
  OUTCOMES,
  type PaymentLabel,
  type PaymentOutcome,
} from '../../events/lifecycle.ts'

const strict = { additionalProperties: false } as const
const nullable = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })
const epochMs = (description: string) => Type.Integer({ description: `${description}, UTC epoch ms` })

const EVENT = {
  decisionId: Type.String({ description: 'The decision it belongs to' }),
  orderId: Type.String(),
  type: Type.Enum([...OUTCOMES]),
  reason: nullable(Type.String(), "The provider's code for it"),
  occurredAtMs: epochMs('When it happened, at the latest when it arrived'),
  receivedAtMs: epochMs('When it arrived'),
}
const LABEL = {
  decisionId: Type.String({ description: 'The decision it belongs to' }),
  orderId: Type.String(),
  fraud: Type.Boolean(),
  source: Type.String(),
  state: nullable(Type.String(), 'How far the matter is'),
  observedAtMs: epochMs('When it became known, at the latest when it arrived'),
  effectiveAtMs: nullable(Type.Integer(), 'When the fraud itself happened, UTC epoch ms'),
  receivedAtMs: epochMs('When it arrived'),
  inForce: Type.Boolean({
    description: "Whether it holds among the order's labels: the one observed latest",
  }),
}
const REPEATED = {
  repeated: Type.Boolean({ description: 'Whether it was told before; nothing was added then' }),
}

export const ToldEventSchema = Type.Object(EVENT, strict)
export const ToldLabelSchema = Type.Object(LABEL, strict)
/** What `POST /v1/events` and `POST /v1/labels` answer. */
export const EventAnswerSchema = Type.Object(
  { ...EVENT, ...REPEATED },
  { ...strict, description: 'The event as it was stored' },
)
export const LabelAnswerSchema = Type.Object(
  { ...LABEL, ...REPEATED },
  { ...strict, description: 'The label as it was stored' },
)

/** An event as its merchant is told of it. */
export function toldEvent({
  decisionId,
  orderId,
  type,
  reason,
  occurredAtMs,
  receivedAtMs,
}: PaymentOutcome): Static<typeof ToldEventSchema> {
  return {
    ...{ decisionId, orderId, type, reason },
    occurredAtMs: knownAtMs(occurredAtMs, receivedAtMs),
    receivedAtMs,
  }
}

/** A label as its merchant is told of it. @param all the order's labels, it among them */
export function toldLabel(label: PaymentLabel, all: readonly PaymentLabel[]): Static<typeof ToldLabelSchema> {
  const { decisionId, orderId, fraud, source, state, observedAtMs, effectiveAtMs, receivedAtMs } = label
  return {
    ...{ decisionId, orderId, fraud, source, state },
    observedAtMs: knownAtMs(observedAtMs, receivedAtMs),
    ...{ effectiveAtMs, receivedAtMs },
    inForce: labelInForce(all)?.seq === label.seq,
  }
}

/** What became known of an order, as its merchant is told of it. */
export function toldFollowUps({ events, labels }: FollowUps) {
  return { events: events.map(toldEvent), labels: labels.map(label => toldLabel(label, labels)) }
}
