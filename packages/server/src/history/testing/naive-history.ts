import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../../events/entities.ts'
import { PLANS } from '../plans.ts'
import type { EntityView, HistoryMark, HoursView, MatureView, PaymentMark } from '../types.ts'
import { IDLE_MS, WINDOWS } from '../windows.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

/** One call to a history. */
export type Entry =
  | ({ readonly type: 'payment' } & PaymentMark)
  | ({ readonly type: 'decline' | 'fraud' } & HistoryMark)

/** The definition of a view, computed from the whole log: what the history must equal. */
export function naiveView(
  log: readonly Entry[],
  kind: EntityKind,
  keys: EntityKeys,
  atMs: number,
): EntityView {
  const plan = PLANS[kind]
  const own = remembered(log, kind, keys, atMs).filter(entry => entry.atMs <= atMs)
  const payments = own.filter(entry => entry.type === 'payment')
  const amounts = payments.map(entry => entry.amountMinor)
  const times = payments.map(entry => entry.atMs)
  const mean = amounts.length === 0 ? 0 : sum(amounts) / amounts.length
  const inWindows = <T>(measure: (startMs: number) => T): T[] =>
    WINDOWS.filter(({ id }) => plan.windows.includes(id)).map(window => measure(atMs - window.ms))
  const distinct: { [K in EntityKind]?: number[] } = {}
  for (const other of plan.linked) {
    distinct[other] = inWindows(startMs => {
      const linked = payments.filter(entry => entry.atMs > startMs).map(entry => entry.keys[other])
      return new Set(linked.filter(key => key !== undefined)).size
    })
  }
  const view: EntityView = {
    firstSeenMs: times.length === 0 ? null : Math.min(...times),
    lastSeenMs: times.length === 0 ? null : Math.max(...times),
    lifetimeCount: payments.length,
    ...(plan.amounts && {
      lifetimeMeanMinor: mean,
      lifetimeM2: sum(amounts.map(amount => (amount - mean) ** 2)),
    }),
    counts: inWindows(startMs => payments.filter(entry => entry.atMs > startMs).length),
    ...(plan.sums && {
      sumsMinor: inWindows(startMs =>
        sum(payments.filter(entry => entry.atMs > startMs).map(entry => entry.amountMinor)),
      ),
    }),
    ...(plan.outcomes && {
      declines: inWindows(
        startMs => own.filter(entry => entry.type === 'decline' && entry.atMs > startMs).length,
      ),
      frauds: inWindows(
        startMs => own.filter(entry => entry.type === 'fraud' && entry.atMs > startMs).length,
      ),
    }),
    distinct,
  }
  if (kind === 'seller') return { ...view, mature: naiveMature(own, atMs) }
  if (kind === 'category') return { ...view, medianMinor: median(amounts) }
  if (kind !== 'account') return view
  const lately = payments.filter(entry => entry.atMs > atMs - WEEK_MS).map(entry => entry.amountMinor)
  const pairs: { [K in EntityKind]?: number } = {}
  for (const other of plan.pairs) {
    if (keys[other] === undefined) continue
    pairs[other] = payments.filter(entry => entry.keys[other] === keys[other]).length
  }
  return {
    ...view,
    pairs,
    largest7dMinor: lately.length === 0 ? null : Math.max(...lately),
    medianMinor: median(amounts),
    hours: naiveHours(times, atMs),
  }
}

/** Events of an entity since it was last idle for so long that it was forgotten. */
export function remembered(log: readonly Entry[], kind: EntityKind, keys: EntityKeys, atMs: number): Entry[] {
  let own: Entry[] = []
  let ownNewestMs = Number.POSITIVE_INFINITY
  let newestMs = 0
  for (const entry of log) {
    newestMs = Math.max(newestMs, entry.atMs)
    if (entry.keys[kind] !== keys[kind]) continue
    if (ownNewestMs < newestMs - IDLE_MS) own = []
    own.push(entry)
    ownNewestMs = own.length === 1 ? entry.atMs : Math.max(ownNewestMs, entry.atMs)
  }
  return ownNewestMs < Math.max(newestMs, atMs) - IDLE_MS ? [] : own
}

function naiveHours(times: readonly number[], atMs: number): HoursView {
  const distances = times.map(time => {
    const apartMs = Math.abs((atMs % DAY_MS) - (time % DAY_MS))
    return Math.min(apartMs, DAY_MS - apartMs)
  })
  return {
    count: times.length,
    nearCount: distances.filter(distance => distance <= 2 * 3_600_000).length,
    nearestMs: times.length === 0 ? null : Math.min(...distances),
  }
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1)
  return sorted.length === 0 ? null : sum(middle) / middle.length
}

function naiveMature(own: readonly Entry[], atMs: number): MatureView {
  const countWithin = (fromMs: number) =>
    own.filter(({ type, atMs: at }) => type === 'payment' && at > fromMs && at <= atMs - WEEK_MS).length
  const frauds = own.filter(({ type, atMs: at }) => type === 'fraud' && at > atMs - 84 * DAY_MS)
  const lastFraudMs = frauds.length === 0 ? null : Math.max(...frauds.map(entry => entry.atMs))
  return {
    counts: [1, 7, 30].map(days => countWithin(atMs - WEEK_MS - days * DAY_MS)),
    lastFraudMs,
    countSinceFraud: lastFraudMs === null ? null : countWithin(lastFraudMs - WEEK_MS),
  }
}

export function naiveViews(
  log: readonly Entry[],
  keys: EntityKeys,
  atMs: number,
): { [K in EntityKind]?: EntityView } {
  const views: { [K in EntityKind]?: EntityView } = {}
  for (const kind of ENTITY_KINDS) {
    if (keys[kind] !== undefined) views[kind] = naiveView(log, kind, keys, atMs)
  }
  return views
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
