import { emailFacts, type PhoneType, phoneFacts } from './contact.ts'
import type { EntityKeys } from './entities.ts'
import { entityKeys, type KeyContext } from './entity-keys.ts'
import { languageCountries } from './language.ts'
import type { SessionFacts } from './session.ts'
import type { Address, Transaction } from './transaction.ts'

/** What is known offline about an IP address. */
export interface IpFacts {
  /** ISO 3166 alpha-2, or null when the address is private or unknown. */
  readonly country: string | null
  readonly asn: number | null
  /** Whether the autonomous system is a hosting provider; null when the system is unknown. */
  readonly hosting: boolean | null
}

/**
 * A payment as the decision path sees it: identifiers are pseudonyms, personal data is reduced to what features
 * need. This is what is stored in a decision's envelope; the merchant's request is not.
 */
export interface PaymentEvent {
  readonly id: string
  readonly siteId: string
  readonly action: string
  /** When the order was placed, UTC epoch ms: the effective time of its features. */
  readonly atMs: number
  /** When the service saw it, UTC epoch ms. */
  readonly receivedAtMs: number
  readonly amountMinor: number
  readonly currency: string
  /** The amount in minor units of the site's currency. */
  readonly siteAmountMinor: number
  readonly keys: EntityKeys
  readonly account: AccountFacts
  readonly payment: PaymentFacts
  readonly basket: BasketFacts
  readonly shipping: PlaceFacts
  readonly billing: PlaceFacts
  readonly ip: IpFacts
  readonly channel: string | null
  readonly trafficSource: string | null
  readonly attempt: number | null
  /** Countries of the languages that the browser asks for, ISO 3166 alpha-2, preferred first; null when not told. */
  readonly languageCountries: readonly string[] | null
  readonly metadata: Readonly<Record<string, string | number | boolean>>
  readonly session: SessionFacts
}
export interface AccountFacts {
  readonly createdAtMs: number | null
  readonly emailVerified: boolean | null
  readonly phoneVerified: boolean | null
  readonly emailDomain: string | null
  readonly emailDigits: number | null
  /** 0 to 1: how much of the e-mail's user part the recipient's name explains. */
  readonly emailNameSimilarity: number | null
  readonly phoneCountryCode: string | null
  /** ISO 3166 alpha-2 of the telephone number. */
  readonly phoneCountry: string | null
  /** Whether such a number can exist. */
  readonly phoneValid: boolean | null
  readonly phoneType: PhoneType | null
}
export interface PaymentFacts {
  readonly method: string | null
  readonly bin: string | null
  readonly brand: string | null
  readonly issuerCountry: string | null
  readonly cvvResult: string | null
  readonly avsResult: string | null
  readonly threeDSecure: string | null
  readonly installments: number | null
}
export interface BasketFacts {
  readonly itemCount: number | null
  readonly digitalShare: number | null
  /** Category and seller that carry most of the amount. */
  readonly mainCategory: string | null
}
export interface PlaceFacts {
  readonly country: string | null
  readonly region: string | null
  readonly pickupPoint: boolean | null
}

/** All that the decision path adds to a merchant's request. */
export interface EventContext extends Omit<KeyContext, 'asn'> {
  readonly action: string
  readonly receivedAtMs: number
  readonly session: SessionFacts
  /** What is known about the address. */
  readonly ip: IpFacts
  /** ISO 3166 alpha-2 of the shop: where a telephone number without a country code is. */
  readonly siteCountry: string
  /** Minor units of the site's currency for an amount in another, by the rate of that day. */
  readonly toSiteMinor: (amountMinor: number, currency: string, atMs: number) => number
}

/** Reduces a merchant's request to the event that is judged and stored. */
export function toPaymentEvent(transaction: Transaction, context: EventContext): PaymentEvent {
  const { account, payment, items } = transaction
  const atMs = Math.min(transaction.createdAtMs ?? context.receivedAtMs, context.receivedAtMs)
  const email = account.email === undefined ? null : emailFacts(account.email, transaction.recipient)
  const phone = account.phone === undefined ? null : phoneFacts(account.phone, context.siteCountry)
  const pieces = items?.reduce((sum, item) => sum + (item.quantity ?? 1), 0)
  const digital = items?.filter(item => item.digital).length
  const main = items?.toSorted((a, b) => worth(b) - worth(a))[0]
  return {
    id: transaction.id,
    siteId: context.siteId,
    action: context.action,
    atMs,
    receivedAtMs: context.receivedAtMs,
    amountMinor: transaction.amountMinor,
    currency: transaction.currency,
    siteAmountMinor: context.toSiteMinor(transaction.amountMinor, transaction.currency, atMs),
    keys: entityKeys(
      { transaction, email, phone, seller: main?.seller, category: main?.category },
      { ...context, asn: context.ip.asn },
    ),
    account: {
      createdAtMs: account.createdAtMs ?? null,
      emailVerified: account.emailVerified ?? null,
      phoneVerified: account.phoneVerified ?? null,
      emailDomain: email?.domain ?? null,
      emailDigits: email?.digits ?? null,
      emailNameSimilarity: email?.nameSimilarity ?? null,
      phoneCountryCode: account.phone?.match(/^\+(1|7|[2-9]\d)/)?.[1] ?? null,
      phoneCountry: phone?.country ?? null,
      phoneValid: account.phone === undefined ? null : (phone?.valid ?? false),
      phoneType: phone?.type ?? null,
    },
    payment: {
      method: payment?.method ?? null,
      bin: payment?.bin ?? null,
      brand: payment?.brand ?? null,
      issuerCountry: payment?.issuerCountry ?? null,
      cvvResult: payment?.cvvResult ?? null,
      avsResult: payment?.avsResult ?? null,
      threeDSecure: payment?.threeDSecure ?? null,
      installments: payment?.installments ?? null,
    },
    basket: {
      itemCount: pieces ?? null,
      digitalShare: items?.length ? (digital ?? 0) / items.length : null,
      mainCategory: main?.category ?? null,
    },
    shipping: placeFacts(transaction.shipping),
    billing: placeFacts(transaction.billing),
    ip: context.ip,
    channel: transaction.channel ?? null,
    trafficSource: transaction.trafficSource ?? null,
    attempt: transaction.attempt ?? null,
    languageCountries:
      transaction.acceptLanguage === undefined ? null : languageCountries(transaction.acceptLanguage),
    metadata: transaction.metadata ?? {},
    session: context.session,
  }
}

const worth = (item: { readonly priceMinor?: number; readonly quantity?: number }) =>
  (item.priceMinor ?? 0) * (item.quantity ?? 1)

function placeFacts(address: Address | undefined): PlaceFacts {
  return {
    country: address?.country ?? null,
    // The first two digits of a UBIGEO are the department, so both spellings give a region.
    region: address?.region ?? address?.ubigeo?.slice(0, 2) ?? null,
    pickupPoint: address?.pickupPoint ?? null,
  }
}
