import Type, { type Static } from 'typebox'

/** What happened to a payment after the decision. */
export const OUTCOMES = ['authorised', 'declined', 'captured', 'refunded', 'disputed', 'delivered'] as const
export type OutcomeType = (typeof OUTCOMES)[number]

const strict = { additionalProperties: false } as const
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })
const epochMs = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 4_102_444_800_000, description: `${description}, UTC epoch ms` })

/** A label: whether a payment was fraud, by whose word, and since when that is known. */
export const LabelSchema = Type.Object(
  {
    fraud: Type.Boolean({ description: 'Whether the payment was fraudulent' }),
    source: text(32, 'chargeback, issuer_alert, review, claim, simulator'),
    observedAtMs: Type.Integer({ minimum: 0, description: 'When the label became known, UTC epoch ms' }),
  },
  strict,
)
export type Label = Static<typeof LabelSchema>

/** Names the payment that something became known of; exactly one of the two is given. */
const PAYMENT_REFERENCE = {
  decisionId: Type.Optional(text(64, 'Id of the decision; give this or orderId')),
  orderId: Type.Optional(text(128, 'Order id; stands for the latest decision on the order')),
}
export type PaymentReference = { readonly decisionId: string } | { readonly orderId: string }

/** What a merchant's backend tells of a payment after it was judged. */
export const EventRequestSchema = Type.Object(
  {
    ...PAYMENT_REFERENCE,
    type: Type.Enum([...OUTCOMES], { description: 'What happened to the payment' }),
    occurredAtMs: Type.Optional(epochMs('When it happened; default: when it arrives')),
    reason: Type.Optional(text(64, 'The provider\'s code for it, for example "insufficient_funds"')),
  },
  strict,
)
export type EventRequest = Static<typeof EventRequestSchema>

/** Whether a payment was fraud, as somebody found out later. */
export const LabelRequestSchema = Type.Object(
  {
    ...PAYMENT_REFERENCE,
    fraud: LabelSchema.properties.fraud,
    source: LabelSchema.properties.source,
    state: Type.Optional(text(32, 'How far the matter is, for example opened, won, lost, final')),
    observedAtMs: Type.Optional(epochMs('When the label became known; default: when it arrives')),
    effectiveAtMs: Type.Optional(epochMs('When the fraud itself happened, if that is known')),
  },
  strict,
)
export type LabelRequest = Static<typeof LabelRequestSchema>

/**
 * What all that becomes known of a payment after its decision has in common.
 *
 * @property seq place in the order of arrival, which decisions, events and labels share
 * @property decisionId the decision it belongs to
 */
interface FollowUp {
  readonly seq: number
  readonly siteId: string
  readonly orderId: string
  readonly decisionId: string
  /** UTC epoch ms. */
  readonly receivedAtMs: number
}

/** A lifecycle event as it is kept. */
export interface PaymentOutcome extends FollowUp {
  readonly type: OutcomeType
  readonly reason: string | null
  /** As the merchant told it; null when not told. */
  readonly occurredAtMs: number | null
}

/** A label as it is kept. */
export interface PaymentLabel extends FollowUp {
  readonly fraud: boolean
  readonly source: string
  readonly state: string | null
  /** As the merchant told it; null when not told. */
  readonly observedAtMs: number | null
  readonly effectiveAtMs: number | null
}

/** Everything that became known of an order's payments, each in order of arrival. */
export interface FollowUps {
  readonly events: readonly PaymentOutcome[]
  readonly labels: readonly PaymentLabel[]
}

/** The time that counts: what was told, but nothing happened after it arrived, whatever the teller's clock says. */
export function knownAtMs(toldAtMs: number | null, receivedAtMs: number): number {
  return Math.min(toldAtMs ?? receivedAtMs, receivedAtMs)
}

/**
 * The event among an order's that a new one repeats: of the same type and time. Without a time one event of a type
 * counts for each decision, so that a message sent again without knowing whether it arrived counts once.
 */
export function repeatedEvent(
  events: readonly PaymentOutcome[],
  told: Pick<PaymentOutcome, 'decisionId' | 'type' | 'occurredAtMs'>,
): PaymentOutcome | undefined {
  return events.find(
    ({ type, occurredAtMs, decisionId }) =>
      type === told.type &&
      occurredAtMs === told.occurredAtMs &&
      (occurredAtMs !== null || decisionId === told.decisionId),
  )
}

/**
 * The label among an order's that a new one repeats: of the same content and time; without a time, the latest of
 * its source when that says the same.
 */
export function repeatedLabel(
  labels: readonly PaymentLabel[],
  told: Pick<PaymentLabel, 'fraud' | 'source' | 'state' | 'observedAtMs'>,
): PaymentLabel | undefined {
  const ofSource = labels.filter(({ source }) => source === told.source)
  const candidates =
    told.observedAtMs === null
      ? ofSource.slice(-1)
      : ofSource.filter(({ observedAtMs }) => observedAtMs === told.observedAtMs)
  return candidates.find(({ fraud, state }) => fraud === told.fraud && state === told.state)
}

/** The label that holds among conflicting ones: observed latest; of two at the same time, arrived latest. */
export function labelInForce(labels: readonly PaymentLabel[]): PaymentLabel | undefined {
  const observed = ({ observedAtMs, receivedAtMs }: PaymentLabel) => knownAtMs(observedAtMs, receivedAtMs)
  return labels.toSorted((a, b) => observed(b) - observed(a) || b.seq - a.seq)[0]
}
