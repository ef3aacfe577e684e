import { expect, test } from 'vitest'
import type { HistoryRecord } from '../records/record.ts'
import { driftOn, type SimulationOptions, simulateHistory } from './index.ts'
import { RISK } from './risk.ts'

const DAY_MS = 86_400_000
const startMs = Date.UTC(2026, 0, 1, 5)
const base: SimulationOptions = { events: 60_000, seed: 8, startMs, days: 60 }
const dayOf = ({ receivedAtMs }: HistoryRecord) => (receivedAtMs - startMs) / DAY_MS
const only = (records: readonly HistoryRecord[], kind: string) =>
  records.filter(({ attack }) => attack === kind)
const world = [...simulateHistory(base)]
const distinct = (values: Iterable<unknown>) => new Set(values).size

test('every attack and every twin happens, each with the probability of its kind or the one without a card', () => {
  const risks = new Map<string, Set<number>>()
  for (const { attack = '', oracle = -1 } of world)
    risks.set(attack, (risks.get(attack) ?? new Set()).add(oracle))
  const kinds = ['account_takeover', 'friendly_fraud', 'seller_collusion', 'device_ring', 'card_testing_bot']
  const twins = ['new_circumstances', 'unlucky_shopper', 'promotion', 'cybercafe', 'kiosk']
  expect([...risks.keys()]).toEqual(expect.arrayContaining([...kinds, ...twins]))
  for (const [kind, values] of risks) {
    const known = kind.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
    const own = RISK[known as keyof typeof RISK]
    expect([...values].every(value => value === own || value === RISK.withoutCard)).toBe(true)
  }
})

test('a taken-over account has a past from elsewhere, and its owner keeps it', () => {
  const taken = only(world, 'account_takeover')
  for (const { transaction, receivedAtMs } of taken)
    expect(receivedAtMs - (transaction.account.createdAtMs ?? 0)).toBeGreaterThan(0)
  const victims = new Set(taken.map(({ transaction }) => transaction.account.id))
  const own = world.filter(
    ({ transaction, attack }) => victims.has(transaction.account.id) && attack === 'shopping',
  )
  expect(own.length).toBeGreaterThan(victims.size)
  const devices = new Set(own.map(({ deviceThumbprint }) => deviceThumbprint).filter(Boolean))
  expect(taken.some(({ deviceThumbprint }) => devices.has(deviceThumbprint))).toBe(false)
})

test('new circumstances stay: the next ordinary orders come from the new device', () => {
  const moved = new Map<string, string>()
  let later = 0
  for (const { attack, transaction, deviceThumbprint } of world) {
    if (deviceThumbprint === null) continue
    if (attack === 'new_circumstances') moved.set(transaction.account.id, deviceThumbprint)
    else if (moved.get(transaction.account.id) === deviceThumbprint) later++
  }
  expect(later).toBeGreaterThan(20)
})

test('a colluding seller is paid by few buyers in few amounts, a promotion by many', () => {
  const buyersPerSeller = (kind: string) => {
    const sellers = new Map<string, HistoryRecord[]>()
    for (const record of only(world, kind)) {
      const seller = record.transaction.items?.[0]?.seller ?? ''
      sellers.set(seller, [...(sellers.get(seller) ?? []), record])
    }
    const all = [...sellers.values()].filter(({ length }) => length >= 20)
    expect(all.length).toBeGreaterThan(0)
    for (const records of all)
      expect(distinct(records.map(({ transaction }) => transaction.amountMinor))).toBeLessThanOrEqual(3)
    return Math.max(
      ...all.map(
        records => distinct(records.map(({ transaction }) => transaction.account.id)) / records.length,
      ),
    )
  }
  expect(buyersPerSeller('seller_collusion')).toBeLessThan(0.6)
  expect(buyersPerSeller('promotion')).toBeGreaterThan(0.9)
})

test('a friendly fraudster disputes from the device and with the card of the honest orders', () => {
  const groundwork = only(world, 'friendly_groundwork')
  const cards = new Map(groundwork.map(({ transaction: t }) => [t.account.id, t.payment?.cardFingerprint]))
  const disputed = only(world, 'friendly_fraud').filter(({ transaction }) =>
    cards.has(transaction.account.id),
  )
  expect(disputed.length).toBeGreaterThan(10)
  for (const { transaction: t } of disputed) expect(t.payment?.cardFingerprint).toBe(cards.get(t.account.id))
})

test('friendly fraud and its twin are known later than the rest, good and bad alike', () => {
  const medianDays = (records: readonly HistoryRecord[]) => {
    const days = records
      .flatMap(({ label, receivedAtMs }) => (label ? [(label.observedAtMs - receivedAtMs) / DAY_MS] : []))
      .sort((a, b) => a - b)
    return days[days.length >> 1] ?? 0
  }
  expect(medianDays(only(world, 'friendly_fraud'))).toBeGreaterThan(35)
  expect(medianDays(only(world, 'unlucky_shopper'))).toBeGreaterThan(35)
  expect(medianDays(only(world, 'device_ring'))).toBeLessThan(30)
  expect(medianDays(only(world, 'shopping'))).toBeLessThan(30)
})

test('after a drift there is an attack that never was, the ring comes from anywhere, and a sale is on', () => {
  const moreRings = { day: 0, what: 'shift', attack: 'device_ring', share: 0.02 } as const
  const scenario = { events: [moreRings, ...driftOn(30).events] }
  const records = [...simulateHistory({ ...base, scenario })]
  const before = records.filter(record => dayOf(record) < 30)
  const after = records.filter(record => dayOf(record) >= 30)
  expect(only(before, 'account_takeover')).toEqual([])
  expect(only(after, 'account_takeover').length).toBeGreaterThan(10)
  const addressesPerPayment = (ring: readonly HistoryRecord[]) =>
    distinct(ring.map(({ remoteIp }) => remoteIp)) / ring.length
  // Rings that began before the day go on as they began.
  const late = only(records, 'device_ring').filter(record => dayOf(record) > 46)
  expect(addressesPerPayment(only(before, 'device_ring'))).toBeLessThan(0.5)
  expect(addressesPerPayment(late)).toBeGreaterThan(0.6)
  const sale = only(records, 'sale')
  expect(sale.length).toBeGreaterThan(1000)
  expect(sale.every(record => dayOf(record) >= 30 && dayOf(record) < 35)).toBe(true)
})

test('without drift a scenario of nothing changes no byte', () => {
  const options = { ...base, events: 500, days: 5 }
  expect([...simulateHistory({ ...options, scenario: { events: [] } })]).toEqual([
    ...simulateHistory(options),
  ])
})

test('what the shop refuses has neither outcome nor label, and nothing else changes', () => {
  const records = [...simulateHistory({ ...base, blocking: 'rules', events: 30_000 })]
  const blocked = records.filter(record => record.blocked)
  expect(blocked.length).toBeGreaterThan(50)
  expect(blocked.every(({ label, declinedAtMs }) => label === null && declinedAtMs === null)).toBe(true)
  const passed = records.filter(record => !record.blocked)
  const unblocked = [...simulateHistory({ ...base, events: 30_000 })].map(record => JSON.stringify(record))
  const same = new Set(unblocked)
  expect(passed.every(record => same.has(JSON.stringify(record)))).toBe(true)
})

test('the rules refuse mostly fraud, and a hold-out lets one in ten of it pass', () => {
  const blockedBy = (blocking: 'rules' | 'holdout') =>
    [...simulateHistory({ ...base, blocking, events: 30_000 })].filter(record => record.blocked)
  const all = blockedBy('rules')
  const most = blockedBy('holdout')
  const mean = all.reduce((sum, { oracle = 0 }) => sum + oracle, 0) / all.length
  expect(mean).toBeGreaterThan(0.3)
  expect(most.length / all.length).toBeGreaterThan(0.8)
  expect(most.length / all.length).toBeLessThan(0.97)
})

test('a drift beyond the end of the history is refused', () => {
  expect(() => simulateHistory({ ...base, scenario: driftOn(60) }).next()).toThrow(
    'new_attack on day 60 is not within a history of 60 days',
  )
})
