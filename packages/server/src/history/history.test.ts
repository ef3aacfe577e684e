import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENTITY_KINDS, type EntityKeys } from '../events/entities.ts'
import { History } from './history.ts'
import { type Entry, naiveView, naiveViews } from './testing/naive-history.ts'
import type { EntityView, HistoryViews } from './types.ts'
import { WINDOWS } from './windows.ts'

const HASH_KEY = Uint8Array.from({ length: 16 }, (_, i) => 255 - i)
const START_MS = Date.UTC(2026, 0, 1)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const newHistory = (): History => new History({ hashKey: HASH_KEY })

function enter(history: History, entry: Entry): void {
  if (entry.type === 'payment') history.record(entry)
  else if (entry.type === 'decline') history.recordDecline(entry)
  else history.recordFraud(entry)
}

function historyOf(log: readonly Entry[]): History {
  const history = newHistory()
  for (const entry of log) enter(history, entry)
  return history
}

function pay(atMs: number, keys: EntityKeys, amountMinor = 1000): Entry {
  return { type: 'payment', atMs, amountMinor, keys }
}

/** Lifetime mean and deviation are sums of doubles, whose order is not part of the definition. */
function expectSame(actual: EntityView | undefined, expected: EntityView | undefined): void {
  if (actual === undefined || expected === undefined) throw new Error('a view is missing')
  const { lifetimeMeanMinor = 0, lifetimeM2 = 0, ...exact } = actual
  const { lifetimeMeanMinor: expectedMean = 0, lifetimeM2: expectedM2 = 0, ...expectedExact } = expected
  expect(exact).toEqual(expectedExact)
  expect('lifetimeM2' in actual).toBe('lifetimeM2' in expected)
  expect(lifetimeMeanMinor).toBeCloseTo(expectedMean, 4)
  expect(Math.abs(lifetimeM2 - expectedM2) / Math.max(1, expectedM2)).toBeLessThan(1e-9)
}

/** Few keys, so that entities share; any of them may be missing. */
const someKeys: fc.Arbitrary<EntityKeys> = fc.record(
  {
    account: fc.constantFrom('a1', 'a2', 'a3', 'a4'),
    card: fc.constantFrom('c1', 'c2', 'c3'),
    device: fc.constantFrom('d1', 'd2'),
    visitor: fc.constantFrom('v1', 'v2'),
    ip: fc.constantFrom('i1', 'i2', 'ñandú', '漢字'),
    seller: fc.constantFrom('s1', 's2'),
    bin: fc.constantFrom('411111', '455788'),
    network: fc.constantFrom('n1', 'n2'),
    email: fc.constantFrom('e1', 'e2'),
    phone: fc.constantFrom('p1', 'p2'),
    address: fc.constantFrom('x1', 'x2', 'x3'),
    category: fc.constantFrom('phones', 'books'),
    asn: fc.constantFrom('6147', '12252'),
    session: fc.constantFrom('t1', 't2', 't3'),
  },
  { requiredKeys: [] },
)

/** Gaps from none to months, with times on the exact edges of windows. */
const someTime = fc.oneof(
  fc.integer({ min: 0, max: 120 }).map(minute => START_MS + minute * MINUTE_MS),
  fc.integer({ min: 0, max: 100 }).map(day => START_MS + day * DAY_MS),
  fc.integer({ min: 0, max: 100 * DAY_MS }).map(ms => START_MS + ms),
)

const someEntry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('payment' as const),
      atMs: someTime,
      amountMinor: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constant(2 ** 43 + 7)),
      keys: someKeys,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom('decline' as const, 'fraud' as const),
      atMs: someTime,
      keys: someKeys,
    }),
  },
)

describe('an entity with at most 40 events', () => {
  it('is exact in everything, in whatever order the events come', () => {
    fc.assert(
      fc.property(fc.array(someEntry, { maxLength: 40 }), someKeys, someTime, (log, keys, atMs) => {
        const views = historyOf(log).view(keys, atMs)
        const expected = naiveViews(log, keys, atMs)
        expect(Object.keys(views).sort()).toEqual(Object.keys(expected).sort())
        for (const kind of ENTITY_KINDS) {
          if (keys[kind] !== undefined) expectSame(views[kind], expected[kind])
        }
      }),
      { numRuns: 400 },
    )
  })

  it('counts an event exactly as old as the window no more, and one at the time of the view', () => {
    for (const [index, window] of WINDOWS.entries()) {
      const history = historyOf([pay(START_MS, { card: 'c' })])
      expect(history.view({ card: 'c' }, START_MS + window.ms - 1).card?.counts[index]).toBe(1)
      expect(history.view({ card: 'c' }, START_MS + window.ms).card?.counts[index]).toBe(0)
      expect(history.view({ card: 'c' }, START_MS).card?.counts[index]).toBe(1)
    }
  })

  it('does not know an event that was recorded before but happened after the view', () => {
    const history = historyOf([pay(START_MS + 1, { card: 'c' })])
    expect(history.view({ card: 'c' }, START_MS).card).toEqual(
      newHistory().view({ card: 'c' }, START_MS).card,
    )
  })

  it('shows an entity never seen as empty, without keeping it', () => {
    const history = newHistory()
    expect(history.view({ account: 'a' }, START_MS).account).toMatchObject({
      firstSeenMs: null,
      lifetimeCount: 0,
      counts: [0, 0, 0, 0, 0, 0, 0],
    })
    expect(history.stats().entities).toBe(0)
  })

  it('keeps entities of one name and different kinds apart', () => {
    const history = historyOf([pay(START_MS, { account: 'x' })])
    expect(history.view({ card: 'x' }, START_MS).card?.lifetimeCount).toBe(0)
  })

  it('counts what an account paid to the seller and with the card at hand', () => {
    const history = historyOf([
      pay(START_MS, { account: 'a', seller: 's', card: 'c' }),
      pay(START_MS, { account: 'a', seller: 't' }),
      pay(START_MS, { account: 'a', seller: 's' }),
    ])
    const pairs = (keys: EntityKeys) => history.view({ account: 'a', ...keys }, START_MS).account?.pairs
    expect(pairs({ seller: 's', card: 'c' })).toEqual({ seller: 2, card: 1 })
    expect(pairs({ seller: 'u' })).toEqual({ seller: 0 })
    expect(pairs({})).toEqual({})
  })
})

/** A busy entity: bursts and pauses, some events late, heavy-tailed amounts. Seeded by its arguments alone. */
function busyLog(count: number, seed: number, meanGapMs: number, linkedKeys: number): Entry[] {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const log: Entry[] = []
  let nowMs = START_MS
  for (let i = 0; i < count; i++) {
    const burst = Math.floor(i / 50) % 3 === 0
    nowMs += Math.floor(-Math.log(1 - random()) * meanGapMs * (burst ? 0.05 : 1.5))
    const lateMs = random() < 0.03 ? Math.floor(random() * HOUR_MS) : 0
    const keys = {
      ip: 'busy',
      account: `a${Math.floor(random() ** 2 * linkedKeys)}`,
      card: `c${Math.floor(random() * linkedKeys)}`,
    }
    log.push(pay(nowMs - lateMs, keys, Math.floor(2000 * Math.exp(2 * random()))))
    if (random() < 0.05) log.push({ type: 'decline', atMs: nowMs, keys: { ip: 'busy' } })
    if (random() < 0.02) log.push({ type: 'fraud', atMs: nowMs, keys: { ip: 'busy' } })
  }
  return log
}

const relativeError = (actual: number | undefined, expected: number | undefined): number =>
  Math.abs((actual ?? 0) - (expected ?? 0)) / Math.max(1, expected ?? 0)

/** Visits a busy entity at every `step`-th entry, with its view and the true one. */
function follow(
  log: readonly Entry[],
  step: number,
  check: (actual: EntityView, expected: EntityView, index: number) => void,
): void {
  const history = newHistory()
  let newestMs = 0
  for (const [index, entry] of log.entries()) {
    newestMs = Math.max(newestMs, entry.atMs)
    if (index % step === 0) {
      const actual = history.view({ ip: 'busy' }, newestMs).ip
      if (actual !== undefined) {
        check(actual, naiveView(log.slice(0, index), 'ip', { ip: 'busy' }, newestMs), index)
      }
    }
    enter(history, entry)
  }
}

describe('a busy entity', () => {
  const HOUR_WINDOWS = [0, 1, 2]

  it('is exact up to one hour', () => {
    follow(busyLog(3000, 1, 20_000, 60), 37, (actual, expected) => {
      for (const i of HOUR_WINDOWS) {
        expect(actual.counts[i]).toBe(expected.counts[i])
        expect(actual.sumsMinor?.[i]).toBe(expected.sumsMinor?.[i])
        expect(actual.declines?.[i]).toBe(expected.declines?.[i])
        expect(actual.frauds?.[i]).toBe(expected.frauds?.[i])
      }
    })
  })

  it('is exact in first and last time, lifetime figures and distinct keys up to 256', () => {
    follow(busyLog(2000, 2, HOUR_MS, 200), 41, (actual, expected) => {
      expect(actual.firstSeenMs).toBe(expected.firstSeenMs)
      expect(actual.lastSeenMs).toBe(expected.lastSeenMs)
      expect(actual.lifetimeCount).toBe(expected.lifetimeCount)
      expect(relativeError(actual.lifetimeMeanMinor, expected.lifetimeMeanMinor)).toBeLessThan(1e-9)
      expect(relativeError(actual.lifetimeM2, expected.lifetimeM2)).toBeLessThan(1e-9)
      expect(actual.distinct).toEqual(expected.distinct)
    })
  })

  it('is at most 2 % wrong in longer windows', () => {
    for (const meanGapMs of [MINUTE_MS, 20 * MINUTE_MS, 3 * HOUR_MS]) {
      follow(busyLog(4000, 3, meanGapMs, 60), 53, (actual, expected) => {
        for (let i = 0; i < WINDOWS.length; i++) {
          expect(relativeError(actual.counts[i], expected.counts[i])).toBeLessThanOrEqual(0.02)
          expect(relativeError(actual.sumsMinor?.[i], expected.sumsMinor?.[i])).toBeLessThanOrEqual(0.02)
        }
      })
    }
  })

  it('is as exact in payments that are old enough for a label', () => {
    const seller = { seller: 'busy' }
    const log: Entry[] = busyLog(4000, 5, 20 * MINUTE_MS, 60).map(entry => ({ ...entry, keys: seller }))
    const history = newHistory()
    let newestMs = 0
    for (const [index, entry] of log.entries()) {
      newestMs = Math.max(newestMs, entry.atMs)
      const actual = index % 59 === 0 ? history.view(seller, newestMs).seller?.mature : undefined
      if (actual !== undefined) {
        const expected = naiveView(log.slice(0, index), 'seller', seller, newestMs).mature
        expect(actual.lastFraudMs).toBe(expected?.lastFraudMs)
        // A window that ends in the past has two edges, each 2 % of what is newer than it.
        const newer = history.view(seller, newestMs).seller?.counts[5] ?? 0
        for (const [i, count] of actual.counts.entries()) {
          expect(Math.abs(count - (expected?.counts[i] ?? 0))).toBeLessThanOrEqual(0.02 * newer + 1)
        }
      }
      enter(history, entry)
    }
  })

  it('estimates thousands of distinct keys, and is exact where the latest events cover the window', () => {
    let errors = 0
    let views = 0
    follow(busyLog(6000, 4, 2 * MINUTE_MS, 4000), 97, (actual, expected, index) => {
      expect(actual.distinct.card?.[0]).toBe(expected.distinct.card?.[0])
      if (index < 1000) return
      expect(relativeError(actual.distinct.card?.[6], expected.distinct.card?.[6])).toBeLessThan(0.4)
      errors += relativeError(actual.distinct.card?.[6], expected.distinct.card?.[6])
      views++
    })
    expect(errors / views).toBeLessThan(0.12)
  })

  it('never has fewer events or keys in a longer window', () => {
    const rises = (values: readonly number[] | undefined): boolean =>
      values?.every((value, i) => value >= (values[i - 1] ?? 0)) === true
    follow(busyLog(3000, 5, 10 * MINUTE_MS, 2000), 29, actual => {
      for (const values of [actual.counts, actual.sumsMinor, actual.distinct.account, actual.distinct.card]) {
        expect(rises(values)).toBe(true)
      }
    })
  })

  it('counts simultaneous events exactly', () => {
    const log = Array.from({ length: 200 }, (_, i) =>
      pay(START_MS + Math.floor(i / 20) * 1000, { ip: 'busy' }),
    )
    follow(log, 1, (actual, expected) => expect(actual.counts).toEqual(expected.counts))
  })

  it('counts the pair of account and seller beyond the latest events', () => {
    const log = Array.from({ length: 300 }, (_, i) =>
      pay(START_MS + i * HOUR_MS, { account: 'a', seller: `s${i % 7}` }),
    )
    const keys = { account: 'a', seller: 's3' }
    const atMs = START_MS + 300 * HOUR_MS
    expect(historyOf(log).view(keys, atMs).account?.pairs).toEqual(
      naiveView(log, 'account', keys, atMs).pairs,
    )
  })

  it('takes in an event older than all that it holds', () => {
    const log = Array.from({ length: 100 }, (_, i) => pay(START_MS + i * MINUTE_MS, { ip: 'busy' }))
    const history = historyOf([...log, pay(START_MS - DAY_MS, { ip: 'busy' }, 5)])
    const view = history.view({ ip: 'busy' }, START_MS + 100 * MINUTE_MS).ip
    expect(view?.firstSeenMs).toBe(START_MS - DAY_MS)
    expect(view?.counts).toEqual([0, 9, 59, 100, 101, 101, 101])
  })
})

describe('a history', () => {
  /** Views before every entry, as text, so that equal means equal to the bit. */
  function viewsOf(history: History, log: readonly Entry[]): string {
    const views: HistoryViews[] = []
    for (const entry of log) {
      views.push(history.view(entry.keys, entry.atMs))
      enter(history, entry)
    }
    return JSON.stringify(views)
  }
  const log = [...busyLog(1500, 6, 10 * MINUTE_MS, 600), ...busyLog(1500, 7, HOUR_MS, 50)]

  it('gives the same views for the same ordered log', () => {
    expect(viewsOf(newHistory(), log)).toBe(viewsOf(newHistory(), log))
  })

  it('gives views that survive JSON unchanged', () => {
    const views = historyOf(log).view({ ip: 'busy', account: 'a1', seller: 's' }, START_MS + 40 * DAY_MS)
    expect(JSON.parse(JSON.stringify(views))).toEqual(views)
  })

  it('goes on from a snapshot as if it had never stopped', () => {
    for (const cut of [0, 1, 39, 45, 700, 2400]) {
      const before = log.slice(0, cut)
      const after = log.slice(cut)
      const original = historyOf(before)
      const restored = History.restore(original.snapshot(), { hashKey: HASH_KEY })
      expect(restored.stats().entities).toBe(original.stats().entities)
      expect(viewsOf(restored, after)).toBe(viewsOf(original, after))
    }
  })

  it('restores any small log to the same views', () => {
    fc.assert(
      fc.property(fc.array(someEntry, { maxLength: 60 }), someKeys, someTime, (entries, keys, atMs) => {
        const original = historyOf(entries)
        const restored = History.restore(original.snapshot(), { hashKey: HASH_KEY })
        expect(restored.view(keys, atMs)).toEqual(original.view(keys, atMs))
      }),
      { numRuns: 50 },
    )
  })

  it('refuses a snapshot with any byte changed, cut or added', () => {
    const bytes = historyOf(log.slice(0, 60)).snapshot()
    const options = { hashKey: HASH_KEY }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = bytes.slice()
        changed[at] = (changed[at] ?? 0) ^ change
        expect(() => History.restore(changed, options)).toThrow(/^history snapshot: /)
        expect(() => History.restore(bytes.slice(0, at), options)).toThrow(/^history snapshot: /)
      }),
    )
    expect(() => History.restore(new Uint8Array([...bytes, 0, 0, 0, 0]), options)).toThrow(/checksum/)
  })

  it('says so when a snapshot has another version or hash key', () => {
    const bytes = historyOf(log.slice(0, 60)).snapshot().slice()
    expect(() => History.restore(bytes, { hashKey: new Uint8Array(16) })).toThrow(
      expect.objectContaining({ code: 'history_snapshot_hash_key' }),
    )
    bytes[4] = 99
    expect(() => History.restore(bytes, { hashKey: HASH_KEY })).toThrow(
      expect.objectContaining({ code: 'history_snapshot_version' }),
    )
  })

  it('forgets idle entities and keeps the others as they were', () => {
    const idle = Array.from({ length: 5000 }, (_, i) => pay(START_MS + i, { account: `idle${i}` }))
    const busy = busyLog(200, 8, MINUTE_MS, 10).map(entry => ({ ...entry, atMs: entry.atMs + DAY_MS }))
    const history = historyOf([...idle, ...busy])
    const entities = history.stats().entities
    expect(history.evictIdle(START_MS + DAY_MS - HOUR_MS)).toBe(5000)
    expect(history.stats().entities).toBe(entities - 5000)
    expect(history.view({ account: 'idle7' }, START_MS + DAY_MS).account?.lifetimeCount).toBe(0)
    const atMs = START_MS + 3 * DAY_MS
    expect(history.view({ ip: 'busy' }, atMs)).toEqual(historyOf(busy).view({ ip: 'busy' }, atMs))
    const keys = { account: 'a3', card: 'c3' }
    expect(history.view(keys, atMs)).toEqual(historyOf(busy).view(keys, atMs))
  })

  it('uses the room of forgotten entities again', () => {
    const history = newHistory()
    const busyAccounts = (day: number): Entry[] =>
      Array.from({ length: 6000 }, (_, i) =>
        pay(START_MS + day * DAY_MS + i, { account: `a${day}-${i % 100}`, card: 'c' }),
      )
    for (const entry of busyAccounts(0)) enter(history, entry)
    const { bytes } = history.stats()
    for (let day = 1; day < 5; day++) {
      history.evictIdle(START_MS + day * DAY_MS)
      for (const entry of busyAccounts(day)) enter(history, entry)
    }
    expect(history.stats().bytes).toBeLessThan(bytes * 1.1)
  })

  it('refuses times, amounts and keys that it cannot hold, and stays as it was', () => {
    const history = newHistory()
    const keys = { account: 'a' }
    for (const atMs of [Number.NaN, -1, 1.5, 2 ** 43]) {
      expect(() => history.view(keys, atMs)).toThrow(
        expect.objectContaining({ code: 'history_invalid_mark' }),
      )
      expect(() => history.recordDecline({ atMs, keys })).toThrow(/^atMs: an integer of UTC epoch/)
    }
    for (const amountMinor of [-1, 0.5, Number.POSITIVE_INFINITY, 2 ** 51]) {
      expect(() => history.record({ atMs: 0, amountMinor, keys })).toThrow(/^amountMinor: an integer from 0/)
    }
    expect(() => history.record({ atMs: 0, amountMinor: 1, keys: { account: 'a', card: '' } })).toThrow(
      /^card: the key is empty/,
    )
    expect(history.stats().entities).toBe(0)
  })
})
