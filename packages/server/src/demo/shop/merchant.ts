import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../../base/errors.ts'
import type { Transaction } from '../../events/transaction.ts'
import type { ShopOrder } from './orders.ts'
import { CONNECTIONS, type DemoShopper } from './shoppers.ts'
import { cartLines, type Visitor } from './visitor.ts'

/** The part of the service's answer that the shop reads. */
const VerdictSchema = Type.Object({
  id: Type.String(),
  decision: Type.Union([
    Type.Literal('allow'),
    Type.Literal('challenge'),
    Type.Literal('review'),
    Type.Literal('deny'),
  ]),
  score: Type.Union([Type.Number(), Type.Null()]),
  reasons: Type.Array(
    Type.Object({
      code: Type.String(),
      text: Type.Optional(Type.Object({ es: Type.String(), en: Type.String() })),
    }),
  ),
  token: Type.Object({ status: Type.String() }),
  prescore: Type.Object({ client: Type.Union([Type.Number(), Type.Null()]) }),
})
export type Verdict = Static<typeof VerdictSchema>
const verdict = Compile(VerdictSchema)

/** What a shopper typed at checkout, checked by the shop. */
export interface CheckoutForm {
  readonly token: string
  readonly email: string
  readonly phone: string
  readonly department: string
  readonly address: string
  readonly card: string
}

const VERIFY_TIMEOUT_MS = 5000

/** Where the service is, and the secret that it knows the shop by. */
export interface MerchantConnection {
  readonly endpoint: string
  readonly secretKey: string
}

/**
 * Asks the service about an order, as any merchant's backend does: one HTTP call with the secret key.
 *
 * @throws {AtalayaError} `verify_failed` when the service does not give a verdict
 */
export async function verifyOrder(
  service: MerchantConnection,
  visitor: Visitor,
  shopper: DemoShopper,
  order: ShopOrder,
  form: CheckoutForm,
): Promise<Verdict> {
  const response = await post(
    service,
    '/v1/verify',
    {
      ...(form.token && { token: form.token }),
      action: 'checkout',
      remoteIp: CONNECTIONS[visitor.connection].ip,
      transaction: toTransaction(visitor, shopper, order, form),
    },
    { 'idempotency-key': `${order.id}-${visitor.attempt}` },
  )
  const body: unknown = await response.json()
  if (response.ok && verdict.Check(body)) return body
  throw new AtalayaError(
    'verify_failed',
    `the service answered ${response.status}`,
    'See the log of the service',
  )
}

/** Tells the service that the payment was taken; nothing is ever charged here, so every card is authorised. */
export async function tellAuthorised(service: MerchantConnection, decisionId: string): Promise<void> {
  const response = await post(service, '/v1/events', { decisionId, type: 'authorised' })
  await response.body?.cancel()
}

function post(
  { endpoint, secretKey }: MerchantConnection,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(endpoint + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(VERIFY_TIMEOUT_MS),
  })
}

function toTransaction(
  visitor: Visitor,
  shopper: DemoShopper,
  order: ShopOrder,
  form: CheckoutForm,
): Transaction {
  const digits = form.card.replace(/\D/g, '')
  return {
    ...order,
    account: {
      id: shopper.id,
      createdAtMs: Date.now() - shopper.accountAgeDays * 86_400_000,
      email: form.email,
      emailVerified: shopper.accountAgeDays > 30,
      phone: form.phone,
    },
    payment: {
      method: 'card',
      cardFingerprint: createHash('sha256').update(digits).digest('hex').slice(0, 32),
      bin: digits.slice(0, 6),
      last4: digits.slice(-4),
      brand: digits.startsWith('4') ? 'visa' : 'other',
      issuerCountry: 'PE',
      cvvResult: 'match',
    },
    items: cartLines(visitor).map(({ product, quantity }) => ({
      id: product.id,
      category: product.category,
      priceMinor: product.priceMinor,
      quantity,
      digital: product.digital,
      seller: product.seller,
    })),
    shipping: {
      country: 'PE',
      region: form.department,
      lineHash: createHash('sha256').update(form.address.toLowerCase()).digest('hex').slice(0, 32),
    },
    channel: 'web',
    attempt: visitor.attempt + 1,
  }
}

/** Luhn's check digit (ISO/IEC 7812-1), which catches mistyped card numbers. */
export function isCardNumber(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '')
  if (!/^\d{13,19}$/.test(digits)) return false
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return sum % 10 === 0
}
