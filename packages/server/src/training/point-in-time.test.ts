import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySession } from '../events/session.ts'
import { sessionFacts } from '../features/testing/arbitraries.ts'
import type { HistoryRecord } from '../records/record.ts'
import { Replay } from './replay.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const START_MS = Date.UTC(2026, 0, 10)

/** Few of each, so that orders share accounts, cards, networks, mailboxes, addresses and sessions. */
const order = fc.record({
  account: fc.constantFrom('ada', 'bob'),
  email: fc.constantFrom('ada@example.com', 'b.o.b@gmail.com', 'bob+2@gmail.com'),
  phone: fc.constantFrom('987654321', '+51987654321', '+14155552671'),
  card: fc.constantFrom('455770', '411111'),
  fingerprint: fc.constantFrom('card-1', 'card-2', 'card-3'),
  category: fc.constantFrom('phones', 'Libros'),
  seller: fc.constantFrom('sol', 'luna'),
  line: fc.constantFrom('street-1', 'street-2'),
  ip: fc.constantFrom('203.0.113.7', '203.0.113.8', '2001:db8::7'),
  device: fc.option(fc.constantFrom('key-1', 'key-2'), { nil: null }),
  session: fc.constantFrom('session-1', 'session-2'),
  amountMinor: fc.integer({ min: 1, max: 200_000 }),
  facts: sessionFacts,
  /** From the order to its arrival: some come late, with an own time in the past of those before. */
  underwayMs: fc.oneof(fc.constant(500), fc.integer({ min: 0, max: 3 * DAY_MS })),
  declinedMs: fc.option(fc.integer({ min: 1, max: 2 * DAY_MS }), { nil: null }),
  labelledMs: fc.option(fc.integer({ min: 1, max: 40 * DAY_MS }), { nil: null }),
})
type Order = typeof order extends fc.Arbitrary<infer T> ? T : never

function recordOf(made: Order, id: number, receivedAtMs: number): HistoryRecord {
  const { declinedMs, labelledMs } = made
  return {
    transaction: {
      id: `order-${id}`,
      createdAtMs: receivedAtMs - made.underwayMs,
      amountMinor: made.amountMinor,
      currency: 'PEN',
      account: { id: made.account, email: made.email, phone: made.phone },
      payment: { method: 'card', bin: made.card, cardFingerprint: made.fingerprint },
      items: [{ category: made.category, seller: made.seller, priceMinor: made.amountMinor }],
      shipping: { country: 'PE', region: 'Lima', postalCode: '15074', lineHash: made.line },
      acceptLanguage: 'es-PE',
    },
    siteId: 'site',
    action: 'checkout',
    receivedAtMs,
    session: made.facts,
    deviceThumbprint: made.device,
    visitorId: null,
    sessionId: made.session,
    remoteIp: made.ip,
    declinedAtMs: declinedMs === null ? null : receivedAtMs + declinedMs,
    label:
      labelledMs === null
        ? null
        : { fraud: true, source: 'chargeback', observedAtMs: receivedAtMs + labelledMs },
  }
}

/** An order every three hours. */
const history = (orders: readonly Order[], from = 0) =>
  orders.map((made, index) => recordOf(made, from + index, START_MS + (from + index) * 3 * HOUR_MS))

const featuresOf = (records: readonly HistoryRecord[]) => {
  const replay = new Replay({
    site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
    lookupIp: ip => ({ country: ip.startsWith('2') ? 'PE' : null, asn: 6147, hosting: false }),
    toSiteMinor: amountMinor => amountMinor,
  })
  return records.map(record => replay.next(record).features)
}

const past = fc.array(order, { minLength: 2, maxLength: 60 })

describe('the features of an order', () => {
  it('do not change with orders, declines and labels that become known after it', () => {
    fc.assert(
      fc.property(past, fc.array(order, { maxLength: 60 }), fc.nat(), (before, after, seed) => {
        const records = history(before)
        const nowMs = records.at(-1)?.receivedAtMs ?? 0
        const planted = records.map((record, index): HistoryRecord => {
          const laterMs = nowMs + 1 + ((seed + index) % DAY_MS)
          const declined = record.declinedAtMs !== null && record.declinedAtMs <= nowMs
          const labelled = record.label !== null && record.label.observedAtMs <= nowMs
          return {
            ...record,
            declinedAtMs: declined ? record.declinedAtMs : laterMs,
            label: labelled ? record.label : { fraud: true, source: 'planted', observedAtMs: laterMs },
          }
        })
        expect(featuresOf([...planted, ...history(after, before.length)]).slice(0, before.length)).toEqual(
          featuresOf(records),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('do change with what was known before it, or the above would show nothing', () => {
    const [made] = fc.sample(order, { numRuns: 1, seed: 7 })
    if (made === undefined) throw new Error('nothing sampled')
    const orders = Array.from({ length: 8 }, () => ({ ...made, declinedMs: null, labelledMs: null }))
    const records = history(orders)
    const known = records.map(record => ({ ...record, declinedAtMs: record.receivedAtMs + 1 }))
    const last = featuresOf(records).at(-1)
    expect(last).toMatchObject({
      trans_freq_address_30d: 7,
      account_card_trans_count: 7,
      cards_per_bin_24h: 1,
      decline_count_bin_24h: 0,
    })
    expect(featuresOf(known).at(-1)).toMatchObject({ decline_count_bin_24h: 7 })
  })

  it('are computed for an order that tells nothing but account and amount', () => {
    const bare: HistoryRecord = {
      ...{ siteId: 'site', action: 'checkout', receivedAtMs: START_MS, session: emptySession('absent') },
      ...{ deviceThumbprint: null, visitorId: null, remoteIp: null, declinedAtMs: null, label: null },
      transaction: { id: 'o', amountMinor: 1, currency: 'PEN', account: { id: 'ada' } },
    }
    const [row] = featuresOf([bare])
    const told = Object.entries(row ?? {}).filter(([, value]) => value !== null)
    expect(told.map(([name]) => name).filter(name => !/^(time_of_day|is_|day_of_week)/.test(name))).toEqual([
      ...['trans_amount', 'trans_amount_log', 'trans_amount_round', 'trans_foreign_currency'],
      ...['trans_freq_account_10m', 'trans_freq_account_1h', 'trans_freq', 'trans_freq_account_7d'],
      ...['trans_freq_account_30d', 'trans_sum_account_24h', 'trans_sum_account_7d'],
      ...['decline_count_account_1h', 'decline_count_account_24h'],
      ...['fraud_count_account_7d', 'fraud_count_account_30d', 'cards_per_account_24h'],
      ...['cards_per_account_30d', 'devices_per_account_30d', 'ips_per_account_24h'],
      ...['addresses_per_account_30d', 'account_first_seen', 'trans_freq_to_habit', 'account_trans_count'],
    ])
  })
})
