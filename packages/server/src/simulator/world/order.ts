import type { Transaction } from '../../events/transaction.ts'
import type { HistoryRecord } from '../../records/record.ts'
import { LATE_KINDS } from '../risk.ts'
import { DAY_MS } from './calendar.ts'
import type { Card } from './cards.ts'
import type { Category, Market, Seller } from './catalogue.ts'
import type { Device } from './devices.ts'
import type { Account, Person } from './people.ts'
import type { Place } from './places.ts'
import type { Random } from './random.ts'
import { playSession } from './session.ts'
import type { Visit } from './visit.ts'

/** Goods in an order. */
export interface Item {
  readonly id: string
  readonly category: string
  readonly priceMinor: number
  readonly quantity: number
  readonly digital: boolean
  readonly seller: string
}

/**
 * One payment as its actor plans it.
 *
 * @property kind the generator's name of the episode
 * @property risk the probability that this payment is fraud given the episode's hidden state; the label is drawn from
 *   it and from nothing else, and nothing observable is drawn from the label
 * @property declined whether the provider declines it; drawn by the actor, never from the label
 */
export interface Order {
  readonly kind: string
  readonly risk: number
  readonly declined: boolean
  readonly account: Account
  readonly method: Person['method']
  readonly card: Card | null
  readonly items: readonly Item[]
  readonly place: Place
  readonly billing: Place | null
  readonly pickupPoint: boolean
  readonly installments: number
  /** Whom the parcel is for; default the account's owner. */
  readonly recipient?: string
  readonly device: Device
  readonly ip: string
  readonly visit: Visit
}

/** Picks goods of a category from its sellers at `level` of the median price. */
export function pickItems(rng: Random, market: Market, category: Category, level: number, count = 1): Item[] {
  const sellers = market.get(category.name) ?? []
  return Array.from({ length: count }, () => {
    const item = offer(rng, rng.weighted(sellers), level)
    return category.medianMinor < 10_000 && rng.chance(0.25) ? { ...item, quantity: rng.integer(2, 4) } : item
  })
}

/** One product of a seller at `level` of his usual price. */
export function offer(rng: Random, { id, category, priceLevel }: Seller, level: number): Item {
  const price = rng.logNormal(category.medianMinor * priceLevel * level, category.sigma)
  return {
    id: `${category.name}-${rng.integer(1, 400)}`,
    category: category.name,
    priceMinor: Math.min(2_500_000, Math.max(300, roundPrice(price))),
    quantity: 1,
    digital: category.digital,
    seller: id,
  }
}

export const totalOf = (items: readonly Item[]) =>
  items.reduce((sum, item) => sum + item.priceMinor * item.quantity, 0)

/** Shops price at whole soles and at .90. */
const roundPrice = (minor: number) => Math.max(1, Math.round(minor / 100)) * 100 - (minor % 3 < 1.5 ? 10 : 0)

/**
 * The days until somebody knows: log-normal, median 24 days, 5 to 90 days. Who disputes what was delivered waits for
 * the statement and longer (median 45 days); the honest twin of that attack waits as long, so that within the pair the
 * labels known at a time are an unbiased sample. Good and bad never differ.
 */
export function labelDelayMs(rng: Random, kind: string): number {
  const days = LATE_KINDS.has(kind) ? rng.logNormal(45, 0.4) : rng.logNormal(24, 0.65)
  return Math.min(90, Math.max(5, days)) * DAY_MS
}

/** Settles a planned payment: provider's answer, label and its delay, and the record of it all. */
export function settle(
  rng: Random,
  order: Order,
  orderId: string,
  siteId: string,
  atMs: number,
): HistoryRecord {
  const receivedAtMs = Math.round(atMs)
  const session = playSession(rng, order.device, order.visit, order.items.length, receivedAtMs)
  const fraud = rng.chance(order.risk)
  const observedAtMs = Math.round(receivedAtMs + labelDelayMs(rng, order.kind))
  return {
    transaction: transactionOf(rng, order, orderId, receivedAtMs - rng.integer(150, 1200)),
    siteId,
    action: 'checkout',
    receivedAtMs,
    session: session.facts,
    deviceThumbprint: session.deviceThumbprint,
    visitorId: session.visitorId,
    sessionId: session.sessionId,
    remoteIp: order.ip,
    declinedAtMs: order.declined ? receivedAtMs + rng.integer(700, 6000) : null,
    // What was never paid is never disputed: a declined order stays without a label.
    label: order.declined ? null : { fraud, source: 'simulator', observedAtMs },
    oracle: order.risk,
    attack: order.kind,
  }
}

function transactionOf(rng: Random, order: Order, id: string, createdAtMs: number): Transaction {
  const { account, card, items, place, billing } = order
  const digitalOnly = items.every(item => item.digital)
  return {
    id,
    createdAtMs,
    amountMinor: totalOf(items),
    currency: 'PEN',
    account: {
      id: account.id,
      createdAtMs: Math.min(account.createdAtMs, createdAtMs),
      email: account.email,
      emailVerified: account.emailVerified,
      phone: account.phone,
      phoneVerified: account.phoneVerified,
    },
    payment: card ? cardPayment(rng, order, card) : otherPayment(order.method),
    items: [...items],
    ...(!digitalOnly && {
      shipping: order.pickupPoint
        ? { country: place.country, region: place.region, ubigeo: place.ubigeo, pickupPoint: true }
        : { ...place, pickupPoint: false },
    }),
    ...(!digitalOnly && { recipient: order.recipient ?? account.name }),
    ...(billing && { billing }),
    channel: 'web',
    ...(order.device.acceptLanguage && { acceptLanguage: order.device.acceptLanguage }),
    attempt: order.visit.attempt,
  }
}

/** Peruvian issuers seldom answer address checks, and 3-D Secure is asked for some payments only. */
function cardPayment(rng: Random, order: Order, card: Card): NonNullable<Transaction['payment']> {
  const mistyped = rng.chance(order.declined ? 0.25 : 0.01)
  return {
    method: 'card',
    cardFingerprint: card.fingerprint,
    bin: card.bin,
    last4: card.last4,
    brand: card.brand,
    issuerCountry: card.issuerCountry,
    avsResult: card.issuerCountry === 'US' ? (rng.chance(0.7) ? 'match' : 'no_match') : 'unavailable',
    cvvResult: mistyped ? 'no_match' : rng.chance(0.04) ? 'unavailable' : 'match',
    threeDSecure: rng.chance(0.12) ? 'authenticated' : rng.chance(0.1) ? 'attempted' : 'none',
    installments: order.installments,
  }
}

function otherPayment(method: Order['method']): NonNullable<Transaction['payment']> {
  return method === 'wallet' ? { method, wallet: 'yape' } : { method }
}
