import type { EntityKind } from '../events/entities.ts'
import { addedOn, ENTITY_WORDS, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

/** How often the account paid with the very thing at hand: a stolen card or a taken-over account comes with new ones. */
const together = (other: EntityKind) =>
  number('count', {
    name: `account_${other}_trans_count`,
    description: `Past payments of the account with this ${ENTITY_WORDS[other]}`,
    entity: 'account',
    source: 'history',
    compute: ({ history }) => history.account?.pairs?.[other] ?? null,
  })

/** Says nothing of an account without a past: that it is new is a feature of its own. */
const firstTime = (name: string, other: EntityKind) =>
  flag({
    name,
    description: `The account has paid before, and never with this ${ENTITY_WORDS[other]}; missing at its first payment`,
    entity: 'account',
    source: 'history',
    compute: ({ history }) => {
      const count = history.account?.pairs?.[other]
      return count === undefined || history.account?.lifetimeCount === 0 ? null : count === 0
    },
  })

export const PAIR_FEATURES: readonly Feature[] = addedOn('2026-11-24', [
  together('card'),
  together('device'),
  together('address'),
  together('category'),
  together('asn'),
  firstTime('basket_category_first_time', 'category'),
  firstTime('ip_asn_first_time', 'asn'),
])
