import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History } from '../history/index.ts'
import { computeFeatures } from './catalogue.ts'
import { LIMA_SHOP, PLAIN_EVENT, TUESDAY_MS } from './testing/fixtures.ts'

const HOUR_MS = 3_600_000
const amounts = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 20 })

/** Features of an order of 123.45 soles after payments of the same account, one an hour, to another seller. */
function after(own: readonly number[], ofSeller: readonly number[] = []) {
  const history = new History({ hashKey: new Uint8Array(16) })
  const add = (keys: { account?: string; seller?: string }, list: readonly number[]) => {
    for (const [index, amountMinor] of list.entries()) {
      history.record({ keys, atMs: TUESDAY_MS - (list.length - index) * HOUR_MS, amountMinor })
    }
  }
  add({ account: 'ada', seller: 'luna' }, own)
  add({ account: 'bob', seller: 'sol' }, ofSeller)
  return computeFeatures({
    event: PLAIN_EVENT,
    history: history.view(PLAIN_EVENT.keys, TUESDAY_MS),
    site: LIMA_SHOP,
  })
}
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('deviation from habit', () => {
  it('has a standard score that is the textbook one', () => {
    fc.assert(
      fc.property(amounts, own => {
        const center = mean(own)
        const spread = Math.sqrt(own.reduce((sum, x) => sum + (x - center) ** 2, 0) / (own.length - 1))
        const expected = (12_345 - center) / Math.max(spread, center / 10)
        const found = Number(after(own)['trans_amount_zscore'])
        // Relative, since amounts of a cent make it a hundred thousand.
        expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
      }),
    )
  })

  it('has a mean between the account’s own and the seller’s', () => {
    fc.assert(
      fc.property(amounts, amounts, (own, ofSeller) => {
        const value = Number(after(own, ofSeller)['avg_trans_amount'])
        const expected = (own.length * mean(own) + 3 * mean(ofSeller)) / (own.length + 3)
        expect(value / expected).toBeCloseTo(1, 9)
      }),
    )
  })

  it('takes the seller’s mean for an account without a past', () => {
    expect(after([], [4_000, 6_000])).toMatchObject({ avg_trans_amount: 5_000, trans_amount_zscore: null })
  })

  it('is missing where nobody has a past', () => {
    expect(after([])).toMatchObject({
      avg_trans_amount: null,
      trans_amount_to_avg: null,
      trans_freq_to_habit: 1,
    })
  })

  it('compares the pace with the account’s own', () => {
    expect(after([100, 100, 100])).toMatchObject({
      time_since_last_to_habit: 1,
      trans_amount_to_mean_7d: 123.45,
    })
  })

  it('compares the spending of the last week with all that was before', () => {
    const history = new History({ hashKey: new Uint8Array(16) })
    for (const [days, amountMinor] of [
      [20, 100],
      [10, 100],
      [2, 300],
      [1, 500],
    ] as const)
      history.record({ keys: { account: 'ada' }, atMs: TUESDAY_MS - days * 24 * HOUR_MS, amountMinor })
    const views = history.view({ account: 'ada' }, TUESDAY_MS)
    expect(computeFeatures({ event: PLAIN_EVENT, history: views, site: LIMA_SHOP })).toMatchObject({
      avg_trans_amount_7d_to_avg: 400 / 250,
      max_trans_amount_7d_to_avg: 500 / 250,
    })
  })
})
