import { addedOn, number } from './declare.ts'
import { zScore } from './deviation.ts'
import type { Feature, FeatureContext } from './types.ts'

function toMedian({ event, history }: FeatureContext, entity: 'account' | 'category'): number | null {
  const medianMinor = history[entity]?.medianMinor ?? null
  return medianMinor === null ? null : event.siteAmountMinor / Math.max(medianMinor, 1)
}

/**
 * The amount beside typical ones. A median is that of the payments among an entity's latest 40 events, which are kept
 * one by one: exact of those, soon up to date, and moved by a run of forty. The standard score beside it holds the
 * amount against all payments of the category, so it stands still when the median is pushed about.
 */
export const TYPICAL_FEATURES: readonly Feature[] = addedOn('2026-11-24', [
  number('ratio', {
    name: 'trans_amount_to_median',
    description: "Amount / median of the account's payments among its latest 40 events; missing without any",
    entity: 'account',
    source: 'history',
    compute: context => toMedian(context, 'account'),
  }),
  number('ratio', {
    name: 'trans_amount_to_category_median',
    description:
      'Amount / median of the latest 40 payments whose main category is the same, at any seller of the shop; missing without any',
    entity: 'category',
    source: 'history',
    compute: context => toMedian(context, 'category'),
  }),
  number('standard deviations', {
    name: 'trans_amount_category_zscore',
    description:
      'Standard score of the amount against all past payments of the main category, as trans_amount_zscore',
    entity: 'category',
    source: 'history',
    compute: ({ event, history }) => zScore(event.siteAmountMinor, history.category),
  }),
])
