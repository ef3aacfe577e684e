import mailchecker from 'mailchecker'
import { PHONE_TYPES } from '../events/contact.ts'
import { addedOn, category, flag, number } from './declare.ts'
import type { Feature } from './types.ts'
import { fromHistory } from './velocity.ts'

const DAY_MS = 86_400_000

/** Some 56,000 domains of throw-away mailboxes, as the package's version has them. */
const DISPOSABLE_DOMAINS = mailchecker.blacklist()

/** Whether a domain, or one that it is part of, gives mailboxes to throw away. */
function isDisposable(domain: string): boolean {
  for (let name = domain; name !== ''; name = name.slice(name.indexOf('.') + 1)) {
    if (DISPOSABLE_DOMAINS.has(name)) return true
    if (!name.includes('.')) break
  }
  return false
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
      event.account.emailDomain === null ? null : isDisposable(event.account.emailDomain),
    version: 2,
    createdAt: '2026-11-24',
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
    version: 2,
    createdAt: '2026-11-24',
    compute: ({ event, site }) =>
      event.account.phoneCountry === null ? null : event.account.phoneCountry !== site.country,
  }),
  ...addedOn('2026-11-24', [
    number('share', {
      name: 'email_name_similarity',
      description:
        "Share of the pairs of neighbouring letters before the @ that occur in the recipient's name: 1 when the address is made of it; missing without a recipient",
      entity: 'account',
      source: 'transaction',
      compute: ({ event }) => event.account.emailNameSimilarity,
    }),
    flag({
      name: 'phone_valid',
      description: 'The telephone number can exist, by libphonenumber',
      entity: 'account',
      source: 'transaction',
      compute: ({ event }) => event.account.phoneValid,
    }),
    category(PHONE_TYPES, {
      name: 'phone_type',
      description: 'Kind of telephone number, by libphonenumber; special are toll-free, premium and the like',
      entity: 'account',
      source: 'transaction',
      compute: ({ event }) => event.account.phoneType,
    }),
  ]),
]
