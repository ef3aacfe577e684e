import { describe, expect, it } from 'vitest'
import type { EntityKeys } from '../events/entities.ts'
import { History } from '../history/index.ts'
import { computeFeatures } from './catalogue.ts'
import { FULL_EVENT, LIMA_SHOP, TUESDAY_MS } from './testing/fixtures.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Features of the ordinary order after payments of the given keys, so many minutes ago. */
function after(
  payments: readonly (readonly [minutesAgo: number, keys: EntityKeys, amountMinor?: number])[],
  marks: readonly (readonly ['decline' | 'fraud', minutesAgo: number, keys: EntityKeys])[] = [],
) {
  const history = new History({ hashKey: new Uint8Array(16) })
  for (const [minutes, keys, amountMinor = 1000] of payments.toSorted((a, b) => b[0] - a[0]))
    history.record({ keys, atMs: TUESDAY_MS - minutes * MINUTE_MS, amountMinor })
  for (const [what, minutes, keys] of marks) {
    const mark = { keys, atMs: TUESDAY_MS - minutes * MINUTE_MS }
    if (what === 'decline') history.recordDecline(mark)
    else history.recordFraud(mark)
  }
  return computeFeatures({
    event: FULL_EVENT,
    history: history.view(FULL_EVENT.keys, TUESDAY_MS),
    site: LIMA_SHOP,
  })
}

describe('an attack on a BIN', () => {
  const guesses = Array.from({ length: 30 }, (_, i): [number, EntityKeys] => [
    i / 4 + 1,
    { account: `bot-${i % 3}`, card: `guess-${i}`, bin: '455770' },
  ])

  it('shows by the cards of the BIN within minutes, whatever the account', () => {
    expect(after(guesses)).toMatchObject({
      trans_freq_bin_10m: 30,
      cards_per_bin_10m: 30,
      accounts_per_bin_1h: 3,
      trans_freq: 0,
      cards_per_account_24h: 0,
    })
  })

  it('shows by its declines', () => {
    const declines = guesses.map(([minutes, keys]): ['decline', number, EntityKeys] => [
      'decline',
      minutes,
      keys,
    ])
    expect(after(guesses, declines)).toMatchObject({
      decline_count_bin_1h: 30,
      decline_rate_bin_24h: 30 / 35,
      decline_count_card_1h: 0,
    })
  })
})

describe('a ring', () => {
  it('shows by the accounts that share an address, a mailbox, a number or a network', () => {
    const shared = { address: 'street-1', email: 'mailbox-1', phone: 'number-1', network: 'network-1' }
    const row = after([
      [30, { account: 'a', card: 'x', ...shared }],
      [20, { account: 'b', card: 'y', ...shared }, 3000],
      [10, { account: 'c', card: 'y', ...shared }],
    ])
    expect(row).toMatchObject({
      accounts_per_address_30d: 3,
      cards_per_address_30d: 2,
      accounts_per_email_30d: 3,
      accounts_per_phone_30d: 3,
      accounts_per_network_1h: 3,
      trans_sum_address_24h: 5000,
      time_since_last_trans_address: 600,
      address_first_seen: false,
    })
  })

  it('shows by a session that changes its account or key', () => {
    const row = after([
      [9, { account: 'a', device: 'k1', session: 'session-1' }],
      [8, { account: 'b', device: 'k2', session: 'session-1' }],
    ])
    expect(row).toMatchObject({
      trans_freq_session_24h: 2,
      accounts_per_session_24h: 2,
      devices_per_session_24h: 2,
    })
  })

  it('is remembered by the fraud that became known', () => {
    const keys = { address: 'street-1', email: 'mailbox-1', asn: '6147', network: 'network-1' }
    expect(after([[60, keys]], [['fraud', 5, keys]])).toMatchObject({
      fraud_count_address_90d: 1,
      fraud_count_email_90d: 1,
      fraud_rate_network_30d: 1 / 6,
      fraud_rate_asn_30d: 1 / 6,
    })
  })
})

describe('an account with a past', () => {
  it('is told how often it used the very card, device, address, category and network operator', () => {
    const own = { account: 'ada', card: 'card-1', address: 'street-1', asn: '6147' }
    expect(
      after([
        [300, own],
        [200, { ...own, category: 'shop/libros' }],
      ]),
    ).toMatchObject({
      account_card_trans_count: 2,
      account_device_trans_count: 0,
      account_address_trans_count: 2,
      account_category_trans_count: 0,
      basket_category_first_time: true,
      ip_asn_first_time: false,
      account_seller_trans_count: 0,
    })
  })

  it('has no first times before its first payment', () => {
    expect(after([])).toMatchObject({
      account_first_seen: true,
      account_card_trans_count: 0,
      basket_category_first_time: null,
      ip_asn_first_time: null,
    })
  })

  it('is compared with its usual hours, across midnight of UTC', () => {
    const hoursBefore = (hours: number): [number, EntityKeys] => [hours * 60, { account: 'ada' }]
    // Now it is 15:00 in Lima, 20:00 UTC: a day before, an hour later a day before, and at 23:00 and 21:00 in Lima.
    expect(after([hoursBefore(24), hoursBefore(23), hoursBefore(16), hoursBefore(18)])).toMatchObject({
      time_of_day_habit_share: (2 + 1 / 6) / 5,
      time_of_day_habit_gap: 0,
    })
    expect(after([hoursBefore(16)])).toMatchObject({ time_of_day_habit_gap: 8 })
    expect(after([])).toMatchObject({ time_of_day_habit_share: null, time_of_day_habit_gap: null })
  })
})

describe('typical amounts', () => {
  it('are medians of the account and of the category, which one large payment hardly moves', () => {
    const pays = (amountMinor: number, keys: EntityKeys): [number, EntityKeys, number] => [
      60,
      keys,
      amountMinor,
    ]
    const row = after([
      ...[4000, 5000, 900_000].map(amount => pays(amount, { account: 'ada' })),
      ...[2000, 2000, 4000, 6000].map(amount =>
        pays(amount, { account: `b${amount}`, category: 'shop/electronica' }),
      ),
    ])
    expect(row).toMatchObject({
      trans_amount_to_median: 12_345 / 5000,
      trans_amount_to_category_median: 12_345 / 3000,
    })
    // Mean 3,500, sample deviation sqrt((2 * 1500² + 500² + 2500²) / 3).
    expect(row['trans_amount_category_zscore']).toBeCloseTo((12_345 - 3500) / Math.sqrt(11_000_000 / 3), 9)
  })

  it('are missing where nobody paid before', () => {
    expect(after([])).toMatchObject({
      trans_amount_to_median: null,
      trans_amount_to_category_median: null,
      trans_amount_category_zscore: null,
    })
  })
})

describe('the seller’s own habit', () => {
  it('is its mean number of payments a day', () => {
    const days = Array.from({ length: 20 }, (_, day): [number, EntityKeys] => [
      (day + 1.5) * 1440,
      { seller: 'sol' },
    ])
    const rush = Array.from({ length: 9 }, (_, i): [number, EntityKeys] => [i + 1, { seller: 'sol' }])
    expect(after([...days, ...rush])).toMatchObject({ trans_freq_seller_to_habit: 10 / (29 / 30 + 1) })
  })
})

describe('a key that is called new', () => {
  const paid = (minutesAgo: number, keyState: 'new' | 'kept' | 'ephemeral') => {
    const history = new History({ hashKey: new Uint8Array(16) })
    history.record({ keys: FULL_EVENT.keys, atMs: TUESDAY_MS - minutesAgo * MINUTE_MS, amountMinor: 1 })
    const event = { ...FULL_EVENT, session: { ...FULL_EVENT.session, keyState } }
    const row = computeFeatures({ event, history: history.view(event.keys, TUESDAY_MS), site: LIMA_SHOP })
    return row['key_state_contradiction']
  }

  it('contradicts a payment with it days ago, and no payment of the same visit', () => {
    const days = (3 * DAY_MS) / MINUTE_MS
    expect([paid(days, 'new'), paid(days, 'ephemeral'), paid(days, 'kept'), paid(5, 'new')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
