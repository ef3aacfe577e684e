import type { EntityView } from '../history/types.ts'
import type { WindowId } from '../history/windows.ts'
import { addedOn, number, windowIndex, windowWords } from './declare.ts'
import { secondsSinceLast } from './recency.ts'
import type { Feature, FeatureContext } from './types.ts'

/** So many payments of the seller's mean are mixed into an account's own. */
const SHRINKAGE_COUNT = 3
/** A habit of always the same amount has no spread; a tenth of its mean is the least that counts as one. */
const LEAST_SPREAD = 0.1
const DAYS_30 = windowIndex('account', '30d')
const HOURS_24 = windowIndex('account', '24h')

/**
 * The account's past mean, drawn towards what this seller's customers pay: `(n mean + k prior) / (n + k)`, the
 * posterior mean of a normal mean with prior weight k. Without a prior it is the plain mean, without a past the prior.
 */
function shrunkenMean({ history }: FeatureContext): number | null {
  const own = amountsOf(history.account)
  const seller = amountsOf(history.seller)
  if (own === null || seller === null) return own?.meanMinor ?? seller?.meanMinor ?? null
  return (own.count * own.meanMinor + SHRINKAGE_COUNT * seller.meanMinor) / (own.count + SHRINKAGE_COUNT)
}

/** All past amounts of an entity; null without any. */
function amountsOf(view: EntityView | undefined) {
  if (view === undefined || view.lifetimeCount === 0) return null
  return { count: view.lifetimeCount, meanMinor: view.lifetimeMeanMinor ?? 0, m2: view.lifetimeM2 ?? 0 }
}

/** Standard score of the amount against an entity's past; missing before its second payment. */
export function zScore(amountMinor: number, view: EntityView | undefined): number | null {
  const past = amountsOf(view)
  if (past === null || past.count < 2) return null
  const deviation = Math.sqrt(past.m2 / (past.count - 1))
  return (amountMinor - past.meanMinor) / Math.max(deviation, LEAST_SPREAD * past.meanMinor, 1)
}

function ratioToMean(amountMinor: number, view: EntityView | undefined): number | null {
  const past = amountsOf(view)
  return past === null ? null : amountMinor / Math.max(past.meanMinor, 1)
}

/** Payments of a day, this one included, beside a day's mean; accounts and sellers have the same windows. */
function paceToHabit(view: EntityView | undefined): number | null {
  if (view === undefined) return null
  return ((view.counts[HOURS_24] ?? 0) + 1) / ((view.counts[DAYS_30] ?? 0) / 30 + 1)
}

function ratioToRecentMean(window: WindowId): Feature {
  const index = windowIndex('account', window)
  return number('ratio', {
    name: `trans_amount_to_mean_${window}`,
    description: `Amount / mean of the account's payments in the last ${windowWords(window)}; missing without any`,
    entity: 'account',
    window,
    source: 'history',
    compute: ({ event, history }) => {
      const count = history.account?.counts[index] ?? 0
      const sumMinor = history.account?.sumsMinor?.[index] ?? 0
      return count === 0 ? null : (event.siteAmountMinor * count) / Math.max(sumMinor, 1)
    },
  })
}

/** Spending of late beside the whole past: a stolen card is spent in a run of large payments. */
function recentMeanToAvg(window: WindowId): Feature {
  const index = windowIndex('account', window)
  return number('ratio', {
    name: `avg_trans_amount_${window}_to_avg`,
    description:
      `Mean of the account's payments in the last ${windowWords(window)} / mean of all its past payments; ` +
      'missing without any in that time',
    entity: 'account',
    window,
    source: 'history',
    compute: ({ history: { account } }) => {
      const count = account?.counts[index] ?? 0
      return count === 0 ? null : ratioToMean((account?.sumsMinor?.[index] ?? 0) / count, account)
    },
  })
}

export const DEVIATION_FEATURES: readonly Feature[] = [
  number("minor units of the site's currency", {
    name: 'avg_trans_amount',
    description:
      `Mean of the account's past payments, shrunken towards the seller's mean with the weight of ` +
      `${SHRINKAGE_COUNT} payments; missing when neither has a past`,
    entity: 'account',
    source: 'history',
    compute: shrunkenMean,
  }),
  number('ratio', {
    name: 'trans_amount_to_avg',
    description: 'trans_amount / avg_trans_amount',
    entity: 'account',
    source: 'history',
    compute: context => {
      const mean = shrunkenMean(context)
      return mean === null ? null : context.event.siteAmountMinor / Math.max(mean, 1)
    },
  }),
  number('standard deviations', {
    name: 'trans_amount_zscore',
    description:
      'Standard score of the amount against all past payments of the account; a spread under a tenth of the mean counts as a tenth; missing before its second payment',
    entity: 'account',
    source: 'history',
    compute: ({ event, history }) => zScore(event.siteAmountMinor, history.account),
  }),
  ratioToRecentMean('7d'),
  ratioToRecentMean('30d'),
  recentMeanToAvg('7d'),
  number('ratio', {
    name: 'max_trans_amount_7d_to_avg',
    description:
      "Largest of the account's payments in the last 7 days / mean of all its past payments; missing without any in that time",
    entity: 'account',
    window: '7d',
    source: 'history',
    compute: ({ history: { account } }) =>
      account?.largest7dMinor == null ? null : ratioToMean(account.largest7dMinor, account),
  }),
  number('ratio', {
    name: 'trans_amount_to_card_mean',
    description: 'Amount / mean of all past payments of the card',
    entity: 'card',
    source: 'history',
    compute: ({ event, history }) => ratioToMean(event.siteAmountMinor, history.card),
  }),
  number('ratio', {
    name: 'trans_amount_to_seller_mean',
    description: 'Amount / mean of all past payments to the seller',
    entity: 'seller',
    source: 'history',
    compute: ({ event, history }) => ratioToMean(event.siteAmountMinor, history.seller),
  }),
  number('standard deviations', {
    name: 'trans_amount_seller_zscore',
    description:
      'Standard score of the amount against all past payments to the seller, as trans_amount_zscore',
    entity: 'seller',
    source: 'history',
    compute: ({ event, history }) => zScore(event.siteAmountMinor, history.seller),
  }),
  number('ratio', {
    name: 'trans_freq_to_habit',
    description:
      'Payments of the account in the last 24 hours, this one included, / its mean per day in the last 30 days plus one',
    entity: 'account',
    window: '24h',
    source: 'history',
    compute: ({ history }) => paceToHabit(history.account),
  }),
  number('ratio', {
    name: 'time_since_last_to_habit',
    description:
      "Time since the account's last payment / its mean time between payments; missing before its second",
    entity: 'account',
    source: 'history',
    compute: context => {
      const view = context.history.account
      const seconds = secondsSinceLast(context, 'account')
      if (!view || seconds === null || view.lifetimeCount < 2) return null
      const spanMs = (view.lastSeenMs ?? 0) - (view.firstSeenMs ?? 0)
      return seconds / Math.max(spanMs / 1000 / (view.lifetimeCount - 1), 1)
    },
  }),
  ...addedOn('2026-11-24', [
    number('ratio', {
      name: 'trans_freq_seller_to_habit',
      description:
        "The seller's payments in the last 24 hours, this one included, / its mean per day in the last 30 days plus one",
      entity: 'seller',
      window: '24h',
      source: 'history',
      compute: ({ history }) => paceToHabit(history.seller),
    }),
  ]),
]
