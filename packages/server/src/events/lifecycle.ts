import Type, { type Static } from 'typebox'

/** What happened to a payment after the decision. */
export const OUTCOMES = ['authorised', 'declined', 'captured', 'refunded', 'disputed', 'delivered'] as const

/** A label: whether a payment was fraud, by whose word, and since when that is known. */
export const LabelSchema = Type.Object(
  {
    fraud: Type.Boolean({ description: 'Whether the payment was fraudulent' }),
    source: Type.String({
      minLength: 1,
      maxLength: 32,
      description: 'chargeback, issuer_alert, review, claim, simulator',
    }),
    observedAtMs: Type.Integer({ minimum: 0, description: 'When the label became known, UTC epoch ms' }),
  },
  { additionalProperties: false },
)
export type Label = Static<typeof LabelSchema>
