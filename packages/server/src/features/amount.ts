import { flag, number } from './declare.ts'
import type { Feature } from './types.ts'

/** Amounts end in so many minor units when a person thought of a round sum. */
const ROUND_MINOR = 1000

export const AMOUNT_FEATURES: readonly Feature[] = [
  number("minor units of the site's currency", {
    name: 'trans_amount',
    description: "Amount of the order in the site's currency",
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.siteAmountMinor,
  }),
  number('ln(minor units + 1)', {
    name: 'trans_amount_log',
    description: 'Natural logarithm of the amount',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => Math.log1p(event.siteAmountMinor),
  }),
  flag({
    name: 'trans_amount_round',
    description: 'The amount as the shopper sees it is a multiple of ten (1,000 minor units)',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.amountMinor % ROUND_MINOR === 0,
  }),
  flag({
    name: 'trans_foreign_currency',
    description: "The order is in another currency than the site's",
    entity: 'order',
    source: 'transaction',
    compute: ({ event, site }) => event.currency !== site.currency,
  }),
]
