const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** How long after each failed attempt the next follows; after the last a message is a dead letter. Two days in all. */
const DELAYS_MS = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  2 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  12 * HOUR_MS,
  20 * HOUR_MS,
] as const

/** Share by which a delay is shortened or lengthened, so that a shop that comes back is not met by all at once. */
const JITTER = 0.15

/**
 * @param attempts how many have failed
 * @param random from 0 to 1
 * @returns milliseconds to the next, or null when there is none
 */
export function nextDelayMs(attempts: number, random: number): number | null {
  const delay = DELAYS_MS[attempts - 1]
  return delay === undefined ? null : Math.round(delay * (1 + JITTER * (2 * random - 1)))
}

export const MAX_ATTEMPTS = DELAYS_MS.length + 1
