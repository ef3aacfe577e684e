import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../events/entities.ts'
import { History } from './history.ts'
import { PLANS } from './plans.ts'
import { type Entry, naiveView, remembered } from './testing/naive-history.ts'
import type { EntityView } from './types.ts'
import { IDLE_MS, WINDOWS } from './windows.ts'

const HASH_KEY = Uint8Array.from({ length: 16 }, (_, i) => 3 * i)
const START_MS = Date.UTC(2026, 0, 1)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LATEST = 40

function enter(history: History, entry: Entry): void {
  if (entry.type === 'payment') history.record(entry)
  else if (entry.type === 'decline') history.recordDecline(entry)
  else history.recordFraud(entry)
}

/** Every kind has one key that all events share, so that an entity of each kind is busy; links vary. */
const keysOf = (pick: number): EntityKeys =>
  Object.fromEntries(ENTITY_KINDS.map((kind, i) => [kind, (pick >>> i) % 3 === 0 ? 'other' : 'busy']))
const BUSY: EntityKeys = Object.fromEntries(ENTITY_KINDS.map(kind => [kind, 'busy']))

/** Bursts, pauses of days, and events that come up to a day late. */
const someStep = fc.record({
  gapMs: fc.oneof(fc.constant(0), fc.nat(20_000), fc.nat(20 * MINUTE_MS), fc.nat(9 * HOUR_MS)),
  lateMs: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.nat(5 * MINUTE_MS) },
    { weight: 1, arbitrary: fc.nat(DAY_MS) },
  ),
  type: fc.oneof(
    { weight: 7, arbitrary: fc.constant('payment' as const) },
    { weight: 2, arbitrary: fc.constant('decline' as const) },
    { weight: 1, arbitrary: fc.constant('fraud' as const) },
  ),
  amountMinor: fc.oneof(fc.nat(100_000), fc.constant(2 ** 40 + 1)),
  pick: fc.nat(2 ** 20),
})
const someLog = fc.array(someStep, { minLength: 150, maxLength: 400 }).map(steps => {
  let nowMs = START_MS
  return steps.map(({ gapMs, lateMs, type, amountMinor, pick }): Entry => {
    nowMs += gapMs
    const mark = { atMs: nowMs - lateMs, keys: keysOf(pick) }
    return type === 'payment' ? { type, amountMinor, ...mark } : { type, ...mark }
  })
})
const newestOf = (log: readonly Entry[]) => Math.max(...log.map(entry => entry.atMs))

/** The arrays of a view by name, each with one number for every window of the kind's plan. */
function arraysOf(view: EntityView): Map<string, readonly number[]> {
  const { counts, sumsMinor, declines, frauds, distinct } = view
  const named = { counts, sumsMinor, declines, frauds }
  return new Map([
    ...Object.entries(named).flatMap(([name, values]) => (values ? [[name, values] as const] : [])),
    ...Object.entries(distinct).map(([kind, values]) => [`distinct ${kind}`, values] as const),
  ])
}

function windowsOf(kind: EntityKind) {
  return WINDOWS.filter(({ id }) => PLANS[kind].windows.includes(id))
}

/** What a view must be of an entity with many events: exact to an hour and in distinct keys, within 2 % beyond. */
function expectClose(kind: EntityKind, actual: EntityView, expected: EntityView, late: boolean): void {
  const truth = arraysOf(expected)
  expect([...arraysOf(actual).keys()]).toEqual([...truth.keys()])
  for (const [name, values] of arraysOf(actual)) {
    const isDistinct = name.startsWith('distinct')
    for (const [i, { id, ms }] of windowsOf(kind).entries()) {
      const wanted = truth.get(name)?.[i] ?? Number.NaN
      const limit = ms <= HOUR_MS || isDistinct ? 0 : 0.02 * wanted
      if (late && isDistinct) continue
      expect(Math.abs((values[i] ?? Number.NaN) - wanted), `${kind} ${name} ${id}`).toBeLessThanOrEqual(limit)
    }
  }
}

/** The latest events by time; of one time, the ones that came last. */
function latestPayments(log: readonly Entry[], kind: EntityKind, atMs: number) {
  const own = remembered(log, kind, BUSY, atMs).toSorted((a, b) => a.atMs - b.atMs)
  return own.slice(-LATEST).flatMap(entry => (entry.type === 'payment' && entry.atMs <= atMs ? [entry] : []))
}

describe('a busy entity of every kind', () => {
  it('has every statistic of every window right after any order of events', () => {
    fc.assert(
      fc.property(someLog, fc.nat(2 * DAY_MS), (log, afterMs) => {
        const history = new History({ hashKey: HASH_KEY })
        for (const entry of log) enter(history, entry)
        const atMs = newestOf(log) + afterMs
        const views = history.view(BUSY, atMs)
        for (const kind of ENTITY_KINDS) {
          const actual = views[kind]
          const expected = naiveView(log, kind, BUSY, atMs)
          if (actual === undefined) throw new Error(`no view of ${kind}`)
          expectClose(kind, actual, expected, false)
          for (const name of ['firstSeenMs', 'lastSeenMs', 'lifetimeCount', 'pairs'] as const)
            expect(actual[name], `${kind} ${name}`).toEqual(expected[name])
          const mean = expected.lifetimeMeanMinor ?? 0
          expect(Math.abs((actual.lifetimeMeanMinor ?? 0) - mean)).toBeLessThanOrEqual(1e-9 * mean)
          const m2 = expected.lifetimeM2 ?? 0
          expect(Math.abs((actual.lifetimeM2 ?? 0) - m2)).toBeLessThanOrEqual(1e-9 * m2)
          expect(actual.mature?.lastFraudMs).toBe(expected.mature?.lastFraudMs)
        }
      }),
      { numRuns: 60, endOnFailure: true },
    )
  })

  it('knows of the latest 40 events what no running total can tell', () => {
    fc.assert(
      fc.property(someLog, fc.nat(2 * DAY_MS), (log, afterMs) => {
        const history = new History({ hashKey: HASH_KEY })
        for (const entry of log) enter(history, entry)
        const atMs = newestOf(log) + afterMs
        const { account, category } = history.view(BUSY, atMs)
        for (const [kind, view] of [['account', account] as const, ['category', category] as const]) {
          const amounts = latestPayments(log, kind, atMs)
            .map(({ amountMinor }) => amountMinor)
            .sort((a, b) => a - b)
          const low = amounts[Math.ceil(amounts.length / 2) - 1] ?? 0
          const high = amounts[Math.floor(amounts.length / 2)] ?? 0
          expect(view?.medianMinor).toBe(amounts.length === 0 ? null : (low + high) / 2)
        }
        const payments = latestPayments(log, 'account', atMs)
        expect(account?.hours?.count).toBe(payments.length)
        const lately = payments.filter(entry => entry.atMs > atMs - 7 * DAY_MS)
        const largest = Math.max(...lately.map(({ amountMinor }) => amountMinor))
        expect(account?.largest7dMinor).toBe(lately.length === 0 ? null : largest)
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  it('is right for an order that is told late', () => {
    fc.assert(
      fc.property(someLog, fc.nat(HOUR_MS), (log, agoMs) => {
        const history = new History({ hashKey: HASH_KEY })
        for (const entry of log) enter(history, entry)
        const atMs = newestOf(log) - agoMs
        const views = history.view(BUSY, atMs)
        for (const kind of ENTITY_KINDS) {
          const actual = views[kind]
          if (actual) expectClose(kind, actual, naiveView(log, kind, BUSY, atMs), true)
        }
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  it('goes on from a snapshot to the bit, whatever views were read before', () => {
    fc.assert(
      fc.property(someLog, fc.nat(399), (log, cut) => {
        const original = new History({ hashKey: HASH_KEY })
        for (const entry of log.slice(0, cut)) {
          original.view(entry.keys, entry.atMs)
          enter(original, entry)
        }
        const restored = History.restore(original.snapshot(), { hashKey: HASH_KEY })
        for (const entry of log.slice(cut)) {
          expect(JSON.stringify(restored.view(BUSY, entry.atMs))).toBe(
            JSON.stringify(original.view(BUSY, entry.atMs)),
          )
          for (const history of [original, restored]) enter(history, entry)
        }
        expect(restored.snapshot()).toEqual(original.snapshot())
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })
})

describe('an idle entity', () => {
  /** Few entities, seen again after anything from a minute to three years. */
  const someVisits = fc.array(
    fc.record({
      gapMs: fc.oneof(fc.nat(HOUR_MS), fc.nat(300 * DAY_MS), fc.constant(IDLE_MS), fc.constant(IDLE_MS + 1)),
      account: fc.constantFrom('a', 'b', 'c'),
      card: fc.constantFrom('x', 'y'),
      type: fc.constantFrom('payment' as const, 'payment' as const, 'decline' as const),
    }),
    { maxLength: 60 },
  )

  it('is as if never seen after so long, whenever memory is freed and whether the service was restarted', () => {
    fc.assert(
      fc.property(
        someVisits,
        fc.array(fc.constantFrom('free', 'part', 'restart', 'nothing')),
        (visits, acts) => {
          let kept = new History({ hashKey: HASH_KEY })
          const log: Entry[] = []
          let atMs = START_MS
          for (const [i, { gapMs, type, ...keys }] of visits.entries()) {
            atMs += gapMs
            const views = kept.view(keys, atMs)
            for (const kind of ['account', 'card'] as const) {
              const { lifetimeM2: _, lifetimeMeanMinor: __, ...expected } = naiveView(log, kind, keys, atMs)
              expect(views[kind]).toMatchObject(expected)
            }
            const entry: Entry =
              type === 'payment' ? { type, atMs, keys, amountMinor: 100 * i } : { type, atMs, keys }
            log.push(entry)
            enter(kept, entry)
            const act = acts[i % Math.max(1, acts.length)]
            if (act === 'free') kept.evictIdle()
            if (act === 'part') kept.evictIdle(undefined, 0.3)
            if (act === 'restart') kept = History.restore(kept.snapshot(), { hashKey: HASH_KEY })
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  it('gives its memory back part by part, and the others are still found', () => {
    const history = new History({ hashKey: HASH_KEY })
    for (let i = 0; i < 4000; i++)
      history.record({ atMs: START_MS + (i % 2) * IDLE_MS, amountMinor: i, keys: { account: `a${i}` } })
    history.record({ atMs: START_MS + IDLE_MS + DAY_MS, amountMinor: 1, keys: { account: 'now' } })
    let freed = 0
    for (let part = 0; part < 10; part++) freed += history.evictIdle(undefined, 0.1)
    expect(freed).toBe(2000)
    expect(history.stats().entities).toBe(2001)
    for (let i = 0; i < 4000; i++) {
      const { account } = history.view({ account: `a${i}` }, START_MS + IDLE_MS + DAY_MS)
      expect(account?.lifetimeCount).toBe(i % 2)
    }
  })
})
