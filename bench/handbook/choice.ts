import type { Feature } from '../../packages/server/src/features/index.ts'
import type { Choice } from '../public-data/fit.ts'

/** What validation chose; `docs/benchmarks.md` has the table of what was tried. */
export const CHOICE: Choice = {
  params: {
    seed: 1,
    tree_method: 'exact',
    max_depth: 4,
    eta: 0.05,
    subsample: 0.9,
    colsample_bytree: 0.6,
  },
  rounds: 200,
}

const withParams = (params: Partial<Choice['params']>, rounds: number = CHOICE.rounds): Choice => ({
  params: { ...CHOICE.params, ...params },
  rounds,
})
const without = (left: (feature: Feature) => boolean): Choice => ({
  ...CHOICE,
  uses: feature => !left(feature),
})
const MATURE = /^mature_|_since_fraud_/
const LABELS = /(^|_)fraud_/
const RECENT_SPENDING = /^(avg_trans_amount_7d|max_trans_amount_7d)_to_avg$/

/** The choice with one thing changed at a time. */
export const VARIANTS: readonly (readonly [what: string, choice: Choice])[] = [
  ['as chosen', CHOICE],
  ['another seed', withParams({ seed: 2 })],
  ['hist, 256 bins', withParams({ tree_method: 'hist', max_bin: 256 })],
  ['hist, 4,096 bins', withParams({ tree_method: 'hist', max_bin: 4096 })],
  ['depth 3, .1, 200', withParams({ max_depth: 3, eta: 0.1 })],
  ['depth 5, .1, 100', withParams({ max_depth: 5, eta: 0.1 }, 100)],
  ['without what only mature labels tell', without(({ name }) => MATURE.test(name))],
  ['without any label', without(({ name }) => MATURE.test(name) || LABELS.test(name))],
  ["without the account's spending of late", without(({ name }) => RECENT_SPENDING.test(name))],
  ['without the account', without(({ entity }) => entity === 'account')],
  ['without the terminal', without(({ entity }) => entity === 'seller')],
  [
    'without the time of day and week',
    without(({ name }) => /^(time_of_day|is_night|day_of_|is_weekend)/.test(name)),
  ],
]
