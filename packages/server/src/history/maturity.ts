import { WINDOW_HINTS } from './curve.ts'
import { eventAtMs, eventKind, PAYMENT } from './events.ts'
import type { EventList } from './store.ts'
import { f64 } from './typed.ts'
import type { MatureView } from './types.ts'
import { MATURE_WINDOWS, MATURITY_MS, RETENTION_MS, WINDOWS } from './windows.ts'

/** Frauds longer ago are forgotten, so that the payments since then are all within what a busy entity keeps. */
const FRAUD_MEMORY_MS = RETENTION_MS - MATURITY_MS
const WINDOWS_MS = Float64Array.from(
  MATURE_WINDOWS,
  id => WINDOWS.find(window => window.id === id)?.ms ?? Number.NaN,
)

/** What is known of an entity never seen. */
export const NEVER_MATURE: MatureView = Object.freeze({
  counts: Object.freeze(MATURE_WINDOWS.map(() => 0)),
  lastFraudMs: null,
  countSinceFraud: null,
})

/** Scratch, since a view of a seller is read for every payment. */
const counts = new Float64Array(WINDOWS_MS.length)
const sinceFraudMs = new Float64Array(1)
const sinceFraudCount = new Float64Array(1)

/**
 * Payments old enough for their labels to be known, counted beside the labels themselves. A rate of fraud over all
 * payments of a window is too low by those that nobody can have complained about yet.
 *
 * @param listedFraudMs time of the last fraud label in the list that is not after `atMs`, -1 without one
 */
export function matureView(list: EventList, atMs: number, listedFraudMs: number): MatureView {
  const endMs = atMs - MATURITY_MS
  const latestMs = Math.max(listedFraudMs, list.tail?.frauds?.lastAtMs(atMs) ?? -1)
  const lastFraudMs = latestMs >= 0 && latestMs > atMs - FRAUD_MEMORY_MS ? latestMs : null
  countPayments(list, endMs, WINDOWS_MS, WINDOW_HINTS.mature, counts)
  if (lastFraudMs !== null) {
    sinceFraudMs[0] = atMs - lastFraudMs
    countPayments(list, endMs, sinceFraudMs, WINDOW_HINTS.sinceFraud, sinceFraudCount)
  }
  return {
    counts: [f64(counts, 0), f64(counts, 1), f64(counts, 2)],
    lastFraudMs,
    countSinceFraud: lastFraudMs === null ? null : f64(sinceFraudCount, 0),
  }
}

/** Payments in each of the windows, shortest first, that end at a time. */
function countPayments(
  list: EventList,
  endMs: number,
  windowsMs: Float64Array,
  hints: number,
  into: Float64Array,
): void {
  const { words, first, length, stride, tail } = list
  into.fill(0)
  let window = 0
  let payments = 0
  // Of a busy entity the latest events are mostly all too new.
  const last = eventAtMs(words, first) > endMs ? -1 : first + (length - 1) * stride
  for (let offset = last; offset >= first; offset -= stride) {
    const ageMs = endMs - eventAtMs(words, offset)
    if (ageMs < 0) continue
    while (window < windowsMs.length && ageMs >= f64(windowsMs, window)) into[window++] = payments
    if (window === windowsMs.length) break
    if (eventKind(words, offset) === PAYMENT) payments++
  }
  while (window < windowsMs.length) into[window++] = payments
  tail?.payments.addWindows(endMs, windowsMs, hints, into, null)
}
