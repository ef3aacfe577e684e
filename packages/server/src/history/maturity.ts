import { eventAmountMinor, eventAtMs, eventKind, FRAUD, PAYMENT } from './events.ts'
import type { EventList } from './store.ts'
import type { MatureView } from './types.ts'
import { RETENTION_MS, WINDOWS } from './windows.ts'

const DAY_MS = 86_400_000

/** Labels of payments younger than this are seldom known. */
export const MATURITY_MS = 7 * DAY_MS
/** Frauds longer ago are forgotten, so that the payments since then are all within what a busy entity keeps. */
const FRAUD_MEMORY_MS = RETENTION_MS - MATURITY_MS
/** Windows that, moved back by the maturity, still lie within what a busy entity keeps. */
const MATURE_WINDOWS_MS = WINDOWS.map(({ ms }) => ms).filter(ms => ms <= FRAUD_MEMORY_MS)

/** What is known of an entity never seen. */
export const NEVER_MATURE: MatureView = {
  counts: MATURE_WINDOWS_MS.map(() => 0),
  lastFraudMs: null,
  countSinceFraud: null,
}

/**
 * Payments old enough for their labels to be known, counted beside the labels themselves. A rate of fraud over all
 * payments of a window is too low by those that nobody can have complained about yet.
 */
export function matureView(list: EventList, atMs: number): MatureView {
  const lastFraudMs = lastFraud(list, atMs)
  const sinceMs = lastFraudMs === null ? [] : [atMs - lastFraudMs]
  const counts = countPayments(list, atMs - MATURITY_MS, Float64Array.of(...MATURE_WINDOWS_MS, ...sinceMs))
  return {
    counts: Array.from(counts.subarray(0, MATURE_WINDOWS_MS.length)),
    lastFraudMs,
    countSinceFraud: counts[MATURE_WINDOWS_MS.length] ?? null,
  }
}

function lastFraud({ words, first, length, stride, tail }: EventList, atMs: number): number | null {
  let lastMs = tail?.frauds?.lastAtMs(atMs) ?? Number.NEGATIVE_INFINITY
  for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
    const eventMs = eventAtMs(words, offset)
    if (eventMs > atMs || eventKind(words, offset) !== FRAUD) continue
    lastMs = Math.max(lastMs, eventMs)
    break
  }
  return lastMs > atMs - FRAUD_MEMORY_MS ? lastMs : null
}

/** Payments in each of the windows that end at a time. */
function countPayments(list: EventList, endMs: number, windowsMs: Float64Array): Float64Array {
  const { words, first, length, stride, tail } = list
  const counts = new Float64Array(windowsMs.length)
  for (let offset = first; offset < first + length * stride; offset += stride) {
    const ageMs = endMs - eventAtMs(words, offset)
    if (ageMs < 0) break
    if (eventKind(words, offset) !== PAYMENT) continue
    for (let window = 0; window < windowsMs.length; window++) {
      if (ageMs < (windowsMs[window] ?? 0)) counts[window] = (counts[window] ?? 0) + 1
    }
  }
  tail?.payments.addWindows(endMs, windowsMs, counts, null)
  return counts
}

/** Largest amount within the last `windowMs`, among the latest events; null without any. */
export function largestMinor(
  { words, first, length, stride }: EventList,
  atMs: number,
  windowMs: number,
): number | null {
  let largest: number | null = null
  for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
    const eventMs = eventAtMs(words, offset)
    if (atMs - eventMs >= windowMs) break
    if (eventMs > atMs || eventKind(words, offset) !== PAYMENT) continue
    largest = Math.max(largest ?? 0, eventAmountMinor(words, offset))
  }
  return largest
}
