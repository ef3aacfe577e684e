import Type, { type Static } from 'typebox'
import { TransactionSchema } from '../../events/transaction.ts'

const nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** What a merchant's backend sends before it takes a payment. */
export const VerifyRequestSchema = Type.Object(
  {
    token: Type.Optional(
      nullable(
        Type.String({
          maxLength: 16_384,
          description: 'The behaviour token of the page; leave it out when the page gave none',
        }),
      ),
    ),
    transaction: TransactionSchema,
    action: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 128,
        default: 'checkout',
        description: 'What the shopper is doing; has to be the action the token was made for',
      }),
    ),
    remoteIp: Type.Optional(
      nullable(
        Type.String({ minLength: 2, maxLength: 45, description: "IP address of the shopper's connection" }),
      ),
    ),
  },
  { additionalProperties: false },
)
export type VerifyRequest = Static<typeof VerifyRequestSchema>

/** The action of a request that names none. */
export const DEFAULT_ACTION = 'checkout'
