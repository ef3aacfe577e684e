import { eventAmountMinor, eventAtMs, eventKind, PAYMENT } from './events.ts'
import { type EventList, MAX_EVENTS } from './store.ts'
import { f64 } from './typed.ts'
import type { HoursView } from './types.ts'

/** What the latest events of an entity tell that no running total can: order statistics and times of day. */

const DAY_MS = 86_400_000
const NEAR_MS = 2 * 3_600_000
export const NO_HOURS: HoursView = Object.freeze({ count: 0, nearCount: 0, nearestMs: null })

/** Scratch. */
const amounts = new Float64Array(MAX_EVENTS)

/** Median amount of the payments among the latest events; null without any. */
export function medianMinor({ words, first, length, stride }: EventList, atMs: number): number | null {
  let count = 0
  for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
    if (eventAtMs(words, offset) > atMs || eventKind(words, offset) !== PAYMENT) continue
    // Kept in order: few amounts move, and a sort of the whole costs more.
    const amountMinor = eventAmountMinor(words, offset)
    let at = count++
    for (; at > 0 && f64(amounts, at - 1) > amountMinor; at--) amounts[at] = f64(amounts, at - 1)
    amounts[at] = amountMinor
  }
  if (count === 0) return null
  const middle = count >>> 1
  return count % 2 === 1 ? f64(amounts, middle) : (f64(amounts, middle - 1) + f64(amounts, middle)) / 2
}

/** How a time of day compares with those of the payments among the latest events. */
export function hoursView({ words, first, length, stride }: EventList, atMs: number): HoursView {
  let count = 0
  let nearCount = 0
  let nearestMs = DAY_MS
  for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
    const eventMs = eventAtMs(words, offset)
    if (eventMs > atMs || eventKind(words, offset) !== PAYMENT) continue
    // `%` of numbers beyond 32 bits is a call of `fmod`, 30 ns.
    const days = Math.floor((atMs - eventMs) / DAY_MS)
    const apartMs = atMs - eventMs - days * DAY_MS
    const distanceMs = Math.min(apartMs, DAY_MS - apartMs)
    count++
    if (distanceMs <= NEAR_MS) nearCount++
    nearestMs = Math.min(nearestMs, distanceMs)
  }
  return count === 0 ? NO_HOURS : { count, nearCount, nearestMs }
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
