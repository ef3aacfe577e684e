import { describe, expect, it } from 'vitest'
import { History } from '../history/index.ts'
import { computeFeatures } from './catalogue.ts'
import { LIMA_SHOP, PLAIN_EVENT, TUESDAY_MS } from './testing/fixtures.ts'

const DAY_MS = 86_400_000
const keys = { seller: 'luna' }

/** Features of an order to a seller with payments and fraud labels so many days ago. */
function after(paymentDays: readonly number[], labelDays: readonly number[] = []) {
  const history = new History({ hashKey: new Uint8Array(16) })
  for (const days of paymentDays)
    history.record({ keys, atMs: TUESDAY_MS - days * DAY_MS, amountMinor: 1000 })
  for (const days of labelDays) history.recordFraud({ keys, atMs: TUESDAY_MS - days * DAY_MS })
  return computeFeatures({
    event: PLAIN_EVENT,
    history: history.view(keys, TUESDAY_MS),
    site: LIMA_SHOP,
  })
}

describe('fraud of a seller among payments that can have a label', () => {
  it('leaves out the payments of the last week', () => {
    expect(after([40, 20, 10, 8, 6, 1], [2])).toMatchObject({
      mature_trans_freq_seller_7d: 2,
      mature_trans_freq_seller_30d: 3,
      mature_fraud_rate_seller_7d: 1 / 3,
      mature_fraud_rate_seller_30d: 1 / 4,
      mature_fraud_rate_seller_24h: 0,
    })
  })

  it('counts the payments between the last fraud and a week ago', () => {
    // The label of four days ago is of a payment eleven days ago; two have come since and are a week old.
    expect(after([11, 10, 8, 6, 1], [4])).toMatchObject({
      days_since_fraud_seller: 4,
      mature_trans_since_fraud_seller: 2,
    })
  })

  it('says nothing of the last fraud when there was none', () => {
    expect(after([10])).toMatchObject({
      days_since_fraud_seller: null,
      mature_trans_since_fraud_seller: null,
    })
  })
})
