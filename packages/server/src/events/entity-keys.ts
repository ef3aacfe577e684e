import type { Pseudonymise } from '../base/pseudonym.ts'
import { foldWord } from '../base/words.ts'
import type { EmailFacts, PhoneFacts } from './contact.ts'
import type { EntityKeys } from './entities.ts'
import { networkOf } from './network.ts'
import type { Address, Transaction } from './transaction.ts'

/** What besides the request tells its entities. */
export interface KeyContext {
  readonly siteId: string
  /** RFC 7638 thumbprint of a token's key whose signature was good. */
  readonly deviceThumbprint: string | null
  readonly visitorId: string | null
  /** Id of the shopping session that a good token names. */
  readonly sessionId: string | null
  /** The shopper's address as text. */
  readonly ipAddress: string | null
  /** Number of the autonomous system that the address belongs to. */
  readonly asn: number | null
  readonly pseudonymise: Pseudonymise
}

/** What was read from a request before its entities are named. */
export interface ReadRequest {
  readonly transaction: Transaction
  readonly email: EmailFacts | null
  readonly phone: PhoneFacts | null
  readonly seller: string | undefined
  readonly category: string | undefined
}

/**
 * Pseudonyms of the entities in a request. Accounts, cards, sellers and categories are a shop's own; a device, a
 * mailbox or an address is the same at every site. What names no person (the issuer's number, a category, an
 * autonomous system) stands as it is.
 */
export function entityKeys(read: ReadRequest, context: KeyContext): EntityKeys {
  const { transaction, email, phone, seller, category } = read
  const { pseudonymise, siteId, asn } = context
  const own = (kind: string, id: string) => pseudonymise(kind, `${siteId}\n${id}`)
  const card = cardOf(transaction.payment)
  const address = addressOf(transaction.shipping, transaction.recipient)
  const network = context.ipAddress === null ? null : networkOf(context.ipAddress)
  return {
    account: own('account', transaction.account.id),
    ...(card && { card: own('card', card) }),
    ...(context.deviceThumbprint && { device: pseudonymise('device', context.deviceThumbprint) }),
    ...(context.visitorId && { visitor: pseudonymise('visitor', context.visitorId) }),
    ...(context.ipAddress && { ip: pseudonymise('ip', context.ipAddress) }),
    ...(seller && { seller: own('seller', seller) }),
    ...(transaction.payment?.bin && { bin: transaction.payment.bin.slice(0, BIN_DIGITS) }),
    ...(network && { network: pseudonymise('network', network) }),
    ...(email && { email: pseudonymise('email', email.mailbox) }),
    ...(phone && { phone: pseudonymise('phone', phone.number) }),
    ...(address && { address: pseudonymise('address', address) }),
    ...(category && { category: `${siteId}/${foldWord(category)}` }),
    ...(asn !== null && { asn: `${asn}` }),
    ...(context.sessionId && { session: pseudonymise('session', context.sessionId) }),
  }
}

/** Shops know 6 or 8 digits; the first six are what both have. */
const BIN_DIGITS = 6

/** A card is its fingerprint, or BIN and last four when that is all. */
function cardOf(payment: Transaction['payment']): string | undefined {
  return (
    payment?.cardFingerprint ??
    (payment?.bin && payment.last4 ? `${payment.bin}-${payment.last4}` : undefined)
  )
}

/**
 * What tells one shipping address from another: the hashed street line, with the area in which it lies. Without a
 * line, a postal code or UBIGEO district together with the recipient's name; an area alone is no address.
 */
function addressOf(address: Address | undefined, recipient: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const { country = '', region = '', ubigeo = '', postalCode = '', lineHash } = address
  if (lineHash !== undefined)
    return unambiguous('line', country, postalCode || ubigeo || foldWord(region), lineHash)
  const area = postalCode || ubigeo
  if (area === '' || recipient === undefined) return undefined
  return unambiguous('recipient', country, area, foldWord(recipient))
}

/** Parts as one text that no other parts give: whoever chooses one of them cannot move its border. */
const unambiguous = (...parts: readonly string[]) => JSON.stringify(parts)
