import { decodeSignals, signalVectorFault } from '@atalaya/client/contract'
import { Compile } from 'typebox/compile'
import { beforeAll, expect, test } from 'vitest'
import { openIpData } from '../ipdata/index.ts'
import { type HistoryRecord, HistoryRecordSchema } from '../records/record.ts'
import { simulateHistory } from './index.ts'
import { Summariser, type Summary } from './summary.ts'
import { newAddress } from './world/networks.ts'
import { Random } from './world/random.ts'

const DAY_MS = 86_400_000
const startMs = Date.UTC(2026, 0, 1, 5)
let records: readonly HistoryRecord[]
let summary: Summary

beforeAll(() => {
  const summariser = new Summariser({ startMs })
  const kept: HistoryRecord[] = []
  for (const record of simulateHistory({ events: 100_000, seed: 11, startMs, days: 90 })) {
    summariser.add(record)
    if (kept.length < 5000) kept.push(record)
  }
  records = kept
  summary = summariser.summary()
}, 60_000)

const sessions = () =>
  records.flatMap(({ session, attack }) =>
    session.signals ? [{ attack, consent: session.consent, signals: decodeSignals(session.signals) }] : [],
  )

test('every record satisfies the schema of history files', () => {
  const schema = Compile(HistoryRecordSchema)
  expect(records.filter(record => !schema.Check(record))).toEqual([])
})

test('every signal vector is one that the SDK could have sent', () => {
  const faults = records.map(({ session }) => session.signals && signalVectorFault(session.signals))
  expect(faults.filter(Boolean)).toEqual([])
})

test('records come in order of arrival, each placed before it arrives and after its account was made', () => {
  let last = startMs
  for (const { receivedAtMs, transaction } of records) {
    expect(receivedAtMs).toBeGreaterThanOrEqual(last)
    expect(transaction.createdAtMs).toBeLessThanOrEqual(receivedAtMs)
    expect(transaction.account.createdAtMs).toBeLessThanOrEqual(transaction.createdAtMs ?? 0)
    last = receivedAtMs
  }
})

test('the same options give the same bytes and another seed gives others', () => {
  const bytes = (seed: number) =>
    JSON.stringify([...simulateHistory({ events: 400, seed, startMs, days: 5 })])
  expect(bytes(2)).toBe(bytes(2))
  expect(bytes(2)).not.toBe(bytes(3))
})

test('exactly as many payments as asked for, over about as many days', () => {
  expect(summary.payments).toBe(100_000)
  const days = ((summary.lastAtMs ?? 0) - startMs) / DAY_MS
  expect(days).toBeGreaterThan(80)
  expect(days).toBeLessThan(100)
})

test('fraud is rare and the attainable average precision leaves room above and below', () => {
  expect(summary.fraudRate).toBeGreaterThan(0.005)
  expect(summary.fraudRate).toBeLessThan(0.015)
  expect(summary.oracleAveragePrecision).toBeGreaterThan(0.6)
  expect(summary.oracleAveragePrecision).toBeLessThan(0.85)
})

test('labels take 5 to 90 days and declined payments have none', () => {
  for (const { label, declinedAtMs, receivedAtMs } of records) {
    expect(label === null).toBe(declinedAtMs !== null)
    if (!label) continue
    const days = (label.observedAtMs - receivedAtMs) / DAY_MS
    expect(days).toBeGreaterThanOrEqual(5 - 1e-6)
    expect(days).toBeLessThanOrEqual(90 + 1e-6)
  }
})

test('frauds are as frequent as their probabilities say', () => {
  let expected = 0
  let variance = 0
  let frauds = 0
  for (const { label, oracle = 0 } of simulateHistory({ events: 20_000, seed: 5, startMs, days: 30 })) {
    if (!label) continue
    expected += oracle
    variance += oracle * (1 - oracle)
    frauds += Number(label.fraud)
  }
  expect(Math.abs(frauds - expected)).toBeLessThan(4 * Math.sqrt(variance))
})

test('telephones have touch and no pointer, desktops the reverse', () => {
  const full = sessions().filter(
    ({ consent, attack }) => consent === 'full' && attack !== 'card_testing_bot' && attack !== 'kiosk',
  )
  for (const { signals } of full) {
    const touches = signals.device_class !== 1
    expect((signals.touch_points ?? 0) > 0).toBe(touches)
    expect(signals.pointer_moves === 0).toBe(touches)
    expect((signals.touch_count ?? 0) > 0).toBe(touches)
  }
})

test('the times of a session fit into each other', () => {
  for (const { signals: s } of sessions()) {
    expect(s.visible_duration_ms).toBeLessThanOrEqual(s.session_duration_ms ?? 0)
    expect(s.checkout_ms).toBeLessThanOrEqual(s.add_to_pay_ms ?? 0)
    const sum = (s.first_add_ms ?? 0) + (s.add_to_pay_ms ?? 0)
    expect(Math.abs(sum - (s.session_duration_ms ?? 0))).toBeLessThanOrEqual(200)
    expect(s.product_clicks).toBeLessThanOrEqual(s.product_impressions ?? 0)
  }
})

test('essential consent tells nothing of input or hardware, and no consent gives no token', () => {
  const essential = sessions().filter(({ consent }) => consent === 'essential')
  expect(essential.every(({ signals }) => signals.key_count === null && signals.cpu_cores === null)).toBe(
    true,
  )
  const silent = records.filter(({ session }) => session.status === 'absent')
  expect(silent.length).toBeGreaterThan(0)
  expect(
    silent.every(({ deviceThumbprint, visitorId }) => deviceThumbprint === null && visitorId === null),
  ).toBe(true)
})

test('returning shoppers pay faster than new ones', () => {
  const median = (kind: string) => {
    const times = sessions()
      .filter(({ attack }) => attack === kind)
      .map(({ signals }) => signals.checkout_ms ?? 0)
      .sort((a, b) => a - b)
    return times[times.length >> 1] ?? 0
  }
  expect(median('shopping')).toBeLessThan(0.7 * median('newcomer'))
})

test('networks mean what the offline IP data says of them', async () => {
  const ip = await openIpData()
  const rng = new Random('networks')
  for (const kind of ['home', 'mobile', 'abroad', 'hosting'] as const) {
    for (let i = 0; i < 200; i++) {
      const facts = ip.lookup(newAddress(rng, kind))
      expect(facts.hosting).toBe(kind === 'hosting')
      if (kind === 'home' || kind === 'mobile') expect(facts.country).toBe('PE')
      if (kind === 'abroad') expect(facts.country).not.toBe('PE')
    }
  }
})

test('options that make no sense are refused', () => {
  expect(() => simulateHistory({ events: 0, seed: 1, startMs }).next()).toThrow('cannot simulate 0 events')
})
