import Type, { type Static } from 'typebox'
import { AmountMinorSchema, CurrencySchema } from '../base/money.ts'

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })
const country = (description: string) =>
  Type.String({ pattern: '^[A-Z]{2}$', description: `${description}, ISO 3166 alpha-2` })
const epochMs = (description: string) =>
  Type.Integer({ minimum: 0, maximum: 4_102_444_800_000, description: `${description}, UTC epoch ms` })
const strict = { additionalProperties: false } as const

export const PAYMENT_METHODS = ['card', 'wallet', 'pagoefectivo', 'transfer', 'cash_on_delivery'] as const
export const CHANNELS = ['web', 'app', 'phone'] as const
export const TRAFFIC_SOURCES = [
  'direct',
  'search',
  'ads',
  'social',
  'email',
  'affiliate',
  'referral',
] as const

export const AddressSchema = Type.Object(
  {
    country: Type.Optional(country('Country')),
    region: Type.Optional(text(64, 'Region or department, for example "Lima"')),
    ubigeo: Type.Optional(
      Type.String({ pattern: '^[0-9]{6}$', description: 'Peruvian UBIGEO district code' }),
    ),
    postalCode: Type.Optional(text(16, 'Postal code')),
    lineHash: Type.Optional(text(128, "Merchant's hash of the street line; send no address in clear")),
    pickupPoint: Type.Optional(Type.Boolean({ description: 'Delivery to a pickup point' })),
  },
  strict,
)

export const AccountSchema = Type.Object(
  {
    id: text(128, 'Account id of the shopper in the shop'),
    createdAtMs: Type.Optional(epochMs('Creation of the account')),
    email: Type.Optional(
      Type.String({
        minLength: 3,
        maxLength: 254,
        pattern: '^[^@\\s]+@[^@\\s]+$',
        description: 'E-mail address',
      }),
    ),
    emailVerified: Type.Optional(Type.Boolean({ description: 'E-mail confirmed by the shop' })),
    phone: Type.Optional(
      Type.String({ minLength: 5, maxLength: 32, description: 'Telephone number, E.164 if possible' }),
    ),
    phoneVerified: Type.Optional(Type.Boolean({ description: 'Telephone confirmed by the shop' })),
  },
  strict,
)

export const PaymentSchema = Type.Object(
  {
    method: Type.Enum(PAYMENT_METHODS, { description: 'Payment method' }),
    cardFingerprint: Type.Optional(text(128, "Payment provider's stable fingerprint of the card")),
    bin: Type.Optional(
      Type.String({ pattern: '^[0-9]{6,8}$', description: 'First 6 to 8 digits of the card' }),
    ),
    last4: Type.Optional(Type.String({ pattern: '^[0-9]{4}$', description: 'Last 4 digits of the card' })),
    brand: Type.Optional(text(32, 'Card brand')),
    issuerCountry: Type.Optional(country('Country of the issuing bank')),
    avsResult: Type.Optional(text(16, 'Address verification result of the processor')),
    cvvResult: Type.Optional(text(16, 'Card verification result of the processor')),
    threeDSecure: Type.Optional(text(32, '3-D Secure result of the processor')),
    installments: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 60, description: 'Number of instalments' }),
    ),
    wallet: Type.Optional(text(32, 'Wallet, for example "yape"')),
  },
  strict,
)

export const ItemSchema = Type.Object(
  {
    id: Type.Optional(text(128, 'Product id')),
    category: Type.Optional(text(64, 'Product category')),
    priceMinor: Type.Optional(AmountMinorSchema),
    quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'Number of pieces' })),
    digital: Type.Optional(Type.Boolean({ description: 'Delivered electronically' })),
    seller: Type.Optional(text(128, 'Seller id on the marketplace')),
  },
  strict,
)

/**
 * An order as the merchant sends it. Only `id`, `amountMinor`, `currency` and `account.id` are required; everything
 * else improves the score. Unknown fields are refused, since a misspelt one would silently cost accuracy; what has no
 * field goes into `metadata`, which rules can read.
 */
export const TransactionSchema = Type.Object(
  {
    id: text(128, 'Order id, unique in the shop'),
    createdAtMs: Type.Optional(epochMs('When the order was placed; default: when it arrives')),
    amountMinor: AmountMinorSchema,
    currency: CurrencySchema,
    account: AccountSchema,
    payment: Type.Optional(PaymentSchema),
    items: Type.Optional(Type.Array(ItemSchema, { maxItems: 200 })),
    shipping: Type.Optional(AddressSchema),
    billing: Type.Optional(AddressSchema),
    recipient: Type.Optional(text(128, 'Name of the recipient; only its hash is kept')),
    channel: Type.Optional(Type.Enum(CHANNELS, { description: 'Sales channel' })),
    trafficSource: Type.Optional(
      Type.Enum(TRAFFIC_SOURCES, { description: 'What brought the shopper to the shop' }),
    ),
    ip: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 45,
        description: "Shopper's IP address, when the shop knows it better than remoteIp",
      }),
    ),
    acceptLanguage: Type.Optional(
      text(256, "Accept-Language header of the shopper's browser; only the countries it names are kept"),
    ),
    attempt: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1000, description: 'Which payment attempt of this order' }),
    ),
    metadata: Type.Optional(
      Type.Record(
        Type.String({ pattern: '^[A-Za-z0-9_.-]{1,64}$' }),
        Type.Union([Type.String({ maxLength: 512 }), Type.Number(), Type.Boolean()]),
        {
          description: 'Free fields that rules can read',
          maxProperties: 50,
        },
      ),
    ),
  },
  { ...strict, description: 'An order to be judged' },
)
export type Transaction = Static<typeof TransactionSchema>
export type Address = Static<typeof AddressSchema>
