import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { foldWord } from '../base/words.ts'

/** What is kept of an e-mail address: no part of the mailbox's name. */
export interface EmailFacts {
  readonly domain: string
  /** Digits before the @. */
  readonly digits: number
  /** 0 to 1, see {@link similarityToName}; null without a name or letters to compare. */
  readonly nameSimilarity: number | null
  /** The mailbox that the address reaches, to be hashed. */
  readonly mailbox: string
}

/** Providers that ignore dots before the @. */
const DOTLESS: ReadonlySet<string> = new Set(['gmail.com', 'googlemail.com'])

/** @param name the recipient's, which is hashed or dropped after this */
export function emailFacts(email: string, name: string | undefined): EmailFacts {
  const at = email.lastIndexOf('@')
  const user = email.slice(0, at).toLowerCase()
  const domain = email.slice(at + 1).toLowerCase()
  return {
    domain,
    digits: user.replace(/\D/g, '').length,
    nameSimilarity: name === undefined ? null : similarityToName(user, name),
    mailbox: mailboxOf(user, domain),
  }
}

/** One mailbox has many spellings: `a.b+shop@gmail.com` is `ab@gmail.com`. */
function mailboxOf(user: string, domain: string): string {
  const tagless = user.replace(/(?<=.)\+.*$/, '')
  return `${DOTLESS.has(domain) ? tagless.replaceAll('.', '') : tagless}@${domain}`
}

/**
 * Share of the pairs of neighbouring letters of an address that occur in a name: 1 for `ana.diaz7` and Ana María
 * Díaz, near 0 for a stranger's. The overlap coefficient on bigrams, held against the address, since names are
 * longer; it needs neither the order nor the number of first and family names.
 */
export function similarityToName(user: string, name: string): number | null {
  const known = new Set(parts(name).flatMap(pairsOf))
  const pairs = parts(user.replace(/\+.*$/, '')).flatMap(pairsOf)
  if (known.size === 0 || pairs.length === 0) return null
  return pairs.filter(pair => known.has(pair)).length / pairs.length
}

const parts = (text: string) => foldWord(text).split(/[^\p{Letter}]+/u)
const pairsOf = (word: string) =>
  Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2))

/** What is kept of a telephone number. */
export interface PhoneFacts {
  /** ISO 3166 alpha-2; null when the number does not tell. */
  readonly country: string | null
  readonly valid: boolean
  readonly type: PhoneType
  /** The number in E.164, to be hashed. */
  readonly number: string
}

export const PHONE_TYPES = ['mobile', 'fixed', 'mobile_or_fixed', 'voip', 'special', 'unknown'] as const
export type PhoneType = (typeof PHONE_TYPES)[number]

const TYPES: Readonly<Record<string, PhoneType>> = {
  MOBILE: 'mobile',
  FIXED_LINE: 'fixed',
  FIXED_LINE_OR_MOBILE: 'mobile_or_fixed',
  VOIP: 'voip',
}

/**
 * Reads a telephone number by Google's libphonenumber; one without a country code is the site's country's.
 *
 * @returns null when the text is no number at all
 */
export function phoneFacts(phone: string, siteCountry: string): PhoneFacts | null {
  const home: CountryCode | undefined = isSupportedCountry(siteCountry) ? siteCountry : undefined
  const parsed = parsePhoneNumberFromString(phone, home)
  if (parsed === undefined) return null
  // With full metadata a number is valid when it is of a type, so the patterns need to be tried only once.
  const type = parsed.getType()
  return {
    country: parsed.country ?? null,
    valid: type !== undefined,
    type: type === undefined ? 'unknown' : (TYPES[type] ?? 'special'),
    number: parsed.number,
  }
}
