import { flag, number } from './declare.ts'
import type { Feature } from './types.ts'
import { fromHistory } from './velocity.ts'

const DAY_MS = 86_400_000

/** Providers of mailboxes that are thrown away after use; the well-known ones, since such domains come and go. */
const DISPOSABLE_DOMAINS: ReadonlySet<string> = new Set([
  '10minutemail.com',
  'discard.email',
  'dispostable.com',
  'emailondeck.com',
  'fakeinbox.com',
  'getnada.com',
  'guerrillamail.com',
  'guerrillamail.info',
  'maildrop.cc',
  'mailinator.com',
  'mailnesia.com',
  'mintemail.com',
  'mohmal.com',
  'moakt.com',
  'sharklasers.com',
  'spamgourmet.com',
  'temp-mail.org',
  'tempail.com',
  'tempmail.com',
  'throwawaymail.com',
  'trashmail.com',
  'yopmail.com',
])

/**
 * The first two digits of a country's calling code (ITU E.164), which is what an event keeps of a telephone number:
 * enough to tell neighbours apart, except Bolivia, Ecuador and the others of +59.
 */
const PHONE_PREFIXES: Readonly<Record<string, string>> = {
  AR: '54',
  BO: '59',
  BR: '55',
  CL: '56',
  CO: '57',
  CR: '50',
  EC: '59',
  ES: '34',
  GT: '50',
  MX: '52',
  PA: '50',
  PE: '51',
  PY: '59',
  US: '1',
  UY: '59',
  VE: '58',
}

export const ACCOUNT_FEATURES: readonly Feature[] = [
  number('d', {
    name: 'account_age_days',
    description: 'Age of the account in the shop, as the shop says',
    entity: 'account',
    source: 'transaction',
    compute: ({ event }) =>
      event.account.createdAtMs === null
        ? null
        : Math.max(0, event.atMs - event.account.createdAtMs) / DAY_MS,
  }),
  number('count', {
    name: 'account_trans_count',
    description: 'Past payments of the account altogether',
    entity: 'account',
    source: 'history',
    compute: fromHistory('account', view => view.lifetimeCount),
  }),
  number('count', {
    name: 'account_seller_trans_count',
    description: 'Past payments of the account to this seller',
    entity: 'account',
    source: 'history',
    compute: fromHistory('account', view => view.pairs?.seller),
  }),
  flag({
    name: 'email_verified',
    description: 'The shop has confirmed the e-mail address',
    entity: 'account',
    source: 'transaction',
    compute: ({ event }) => event.account.emailVerified,
  }),
  flag({
    name: 'phone_verified',
    description: 'The shop has confirmed the telephone number',
    entity: 'account',
    source: 'transaction',
    compute: ({ event }) => event.account.phoneVerified,
  }),
  flag({
    name: 'email_disposable',
    description: 'The e-mail address is of a provider of throw-away mailboxes',
    entity: 'account',
    source: 'transaction',
    compute: ({ event }) =>
      event.account.emailDomain === null ? null : DISPOSABLE_DOMAINS.has(event.account.emailDomain),
  }),
  number('count', {
    name: 'email_digits',
    description: 'Digits in the e-mail address before the @; generated addresses have many',
    entity: 'account',
    source: 'transaction',
    compute: ({ event }) => event.account.emailDigits,
  }),
  flag({
    name: 'phone_country_mismatch',
    description: "The telephone number is of another country than the site's",
    entity: 'account',
    source: 'transaction',
    compute: ({ event, site }) => {
      const prefix = PHONE_PREFIXES[site.country]
      if (prefix === undefined || event.account.phoneCountryCode === null) return null
      return event.account.phoneCountryCode !== prefix
    },
  }),
]
