import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../../events/entities.ts'
import { type EntityView, type HistoryMark, LINKS, type MatureView, type PaymentMark } from '../types.ts'
import { WINDOWS } from '../windows.ts'

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
  const own = log.filter(entry => entry.keys[kind] === keys[kind] && entry.atMs <= atMs)
  const payments = own.filter(entry => entry.type === 'payment')
  const amounts = payments.map(entry => entry.amountMinor)
  const times = payments.map(entry => entry.atMs)
  const mean = amounts.length === 0 ? 0 : sum(amounts) / amounts.length
  const inWindows = <T>(measure: (startMs: number) => T): T[] =>
    WINDOWS.map(window => measure(atMs - window.ms))
  const distinct: { [K in EntityKind]?: number[] } = {}
  for (const other of LINKS[kind]) {
    distinct[other] = inWindows(startMs => {
      const linked = payments.filter(entry => entry.atMs > startMs).map(entry => entry.keys[other])
      return new Set(linked.filter(key => key !== undefined)).size
    })
  }
  const view: EntityView = {
    firstSeenMs: times.length === 0 ? null : Math.min(...times),
    lastSeenMs: times.length === 0 ? null : Math.max(...times),
    lifetimeCount: payments.length,
    lifetimeMeanMinor: mean,
    lifetimeM2: sum(amounts.map(amount => (amount - mean) ** 2)),
    counts: inWindows(startMs => payments.filter(entry => entry.atMs > startMs).length),
    sumsMinor: inWindows(startMs =>
      sum(payments.filter(entry => entry.atMs > startMs).map(entry => entry.amountMinor)),
    ),
    declines: inWindows(
      startMs => own.filter(entry => entry.type === 'decline' && entry.atMs > startMs).length,
    ),
    frauds: inWindows(startMs => own.filter(entry => entry.type === 'fraud' && entry.atMs > startMs).length),
    distinct,
  }
  if (kind === 'seller') return { ...view, mature: naiveMature(own, atMs) }
  if (kind !== 'account') return view
  const lately = payments.filter(entry => entry.atMs > atMs - WEEK_MS).map(entry => entry.amountMinor)
  const largest7dMinor = lately.length === 0 ? null : Math.max(...lately)
  if (keys.seller === undefined) return { ...view, largest7dMinor }
  const pairCount = payments.filter(entry => entry.keys.seller === keys.seller).length
  return { ...view, pairCount, largest7dMinor }
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
