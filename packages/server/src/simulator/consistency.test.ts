import { decodeSignals, encodeSignals } from '@atalaya/client/contract'
import { beforeAll, expect, test } from 'vitest'
import type { HistoryRecord } from '../records/record.ts'
import { simulateHistory } from './index.ts'

const startMs = Date.UTC(2026, 2, 1, 5)
let records: readonly HistoryRecord[]

beforeAll(() => {
  records = [...simulateHistory({ events: 20_000, seed: 21, startMs, days: 30 })]
}, 60_000)

const played = () =>
  records.flatMap(record =>
    record.session.signals ? [{ ...record, signals: decodeSignals(record.session.signals) }] : [],
  )

test('session and order agree on the attempt, and all earlier ones of the visit failed', () => {
  for (const { transaction, signals } of played()) {
    expect(signals.payment_attempts).toBe(transaction.attempt)
    expect(signals.payment_failures).toBe((transaction.attempt ?? 0) - 1)
  }
})

test('a further attempt follows a declined one of the same account, and its session is longer by the time between', () => {
  const last = new Map<string, HistoryRecord>()
  let retries = 0
  for (const record of records) {
    const { id } = record.transaction.account
    const before = last.get(id)
    last.set(id, record)
    if ((record.transaction.attempt ?? 1) === 1) continue
    retries++
    expect(before?.transaction.attempt).toBe((record.transaction.attempt ?? 0) - 1)
    expect(before?.declinedAtMs).not.toBeNull()
    if (!before?.session.signals || !record.session.signals) continue
    const [earlier, later] = [decodeSignals(before.session.signals), decodeSignals(record.session.signals)]
    const gapMs = record.receivedAtMs - before.receivedAtMs
    const grownMs = (later.session_duration_ms ?? 0) - (earlier.session_duration_ms ?? 0)
    expect(Math.abs(grownMs - gapMs)).toBeLessThanOrEqual(200)
    for (const name of ['page_views', 'hidden_count', 'click_count', 'key_count', 'fields_pasted'] as const)
      expect(later[name] ?? 0).toBeGreaterThanOrEqual(earlier[name] ?? 0)
    expect(later.cart_adds).toBe(earlier.cart_adds)
    expect(later.screen_width_px).toBe(earlier.screen_width_px)
  }
  expect(retries).toBeGreaterThan(300)
})

test('every line of the order was put into the cart and not taken out again', () => {
  for (const { transaction, signals } of played())
    expect((signals.cart_adds ?? 0) - (signals.cart_removes ?? 0)).toBeGreaterThanOrEqual(
      transaction.items?.length ?? 0,
    )
})

test('the nonce is no older than the session, and no older than the time since checkout began', () => {
  for (const { session, signals } of played()) {
    expect(session.nonceAgeMs ?? 0).toBeLessThanOrEqual((signals.session_duration_ms ?? 0) + 100)
    expect(session.nonceAgeMs ?? 0).toBeLessThanOrEqual((signals.checkout_ms ?? 0) + 100)
  }
})

test('only card payments paste a card, and a pasted card is a pasted field', () => {
  for (const { transaction, signals } of played()) {
    if (signals.card_pasted !== 1) continue
    expect(transaction.payment?.method).toBe('card')
    expect(signals.fields_pasted).toBeGreaterThanOrEqual(1)
  }
})

test('keys are pressed in fields, and have a rhythm when there are some', () => {
  for (const { signals } of played()) {
    if (signals.key_count === null) continue
    expect(signals.key_count > 0).toBe((signals.fields_typed ?? 0) > 0)
    expect(signals.key_interval_mean_ms === null).toBe(signals.key_count <= 1)
  }
})

test('what travels is what the contract of the SDK makes of it', () => {
  for (const { session } of records)
    if (session.signals) expect(encodeSignals(decodeSignals(session.signals))).toEqual(session.signals)
})

test('consent, visitor and key belong together', () => {
  for (const { session, visitorId, deviceThumbprint } of records) {
    expect(deviceThumbprint === null).toBe(session.consent === null)
    expect(visitorId === null).toBe(session.consent !== 'full')
    expect(session.visitorConfidence === null).toBe(visitorId === null)
  }
})

test('a parcel has an address and a recipient; what is delivered electronically has neither', () => {
  for (const { transaction } of records) {
    const digital = transaction.items?.every(item => item.digital) ?? false
    expect(transaction.shipping === undefined).toBe(digital)
    expect(transaction.recipient === undefined).toBe(digital)
    if (!transaction.shipping) continue
    const { ubigeo, postalCode } = transaction.shipping
    if (postalCode) expect(postalCode.slice(0, 2)).toBe(ubigeo?.slice(0, 2))
  }
})

test('a card is of the issuer that its BIN says', () => {
  const issuers = new Map<string, string>()
  for (const { transaction } of records) {
    const { bin, brand, issuerCountry, method } = transaction.payment ?? {}
    expect(bin === undefined).toBe(method !== 'card')
    if (bin === undefined) continue
    const issuer = `${brand} ${issuerCountry}`
    expect(issuers.get(bin) ?? issuer).toBe(issuer)
    issuers.set(bin, issuer)
  }
  expect(issuers.size).toBeGreaterThan(20)
})
