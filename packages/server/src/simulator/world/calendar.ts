import type { Random } from './random.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
/** America/Lima is UTC-5 all year round: Peru has had no daylight saving time since 1994. */
export const LIMA_OFFSET_MS = -5 * HOUR_MS
export const LIMA_OFFSET_MIN = -300

/** Orders of a weekday against the mean, Sunday first. */
const WEEKDAY = [0.88, 1.02, 1.0, 1.0, 1.04, 1.1, 0.96]

/** How much is bought on a day: weekends are slower, the days after the fortnightly pay (15th, last) are busier. */
export function dayFactor(atMs: number): number {
  const day = new Date(atMs + LIMA_OFFSET_MS)
  const ofMonth = day.getUTCDate()
  const afterPay = (ofMonth >= 15 && ofMonth <= 17) || ofMonth >= 30 || ofMonth <= 2
  return (WEEKDAY[day.getUTCDay()] ?? 1) * (afterPay ? 1.18 : 0.96)
}

/**
 * A time on the Lima day of `aroundMs` at an hour the person keeps, never before `notBeforeMs`.
 *
 * @param peakHour the person's usual hour, 0..24, Lima time
 */
export function atHabitHour(rng: Random, aroundMs: number, peakHour: number, notBeforeMs: number): number {
  const midnight = Math.floor((aroundMs + LIMA_OFFSET_MS) / DAY_MS) * DAY_MS - LIMA_OFFSET_MS
  const spread = rng.chance(0.8) ? 1.8 : 5
  const hour = (((peakHour + spread * rng.normal()) % 24) + 24) % 24
  const time = midnight + hour * HOUR_MS
  return time > notBeforeMs ? time : notBeforeMs + rng.exponential(3 * HOUR_MS)
}
