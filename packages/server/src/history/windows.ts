const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * The sliding windows of every count, sum and distinct, shortest first. Arrays of a view have one number for
 * each, in this order. Window `w` at time `t` covers `(t - w, t]`: an event exactly `w` old has left it.
 */
export const WINDOWS = [
  { id: '1m', ms: MINUTE_MS },
  { id: '10m', ms: 10 * MINUTE_MS },
  { id: '1h', ms: HOUR_MS },
  { id: '24h', ms: DAY_MS },
  { id: '7d', ms: 7 * DAY_MS },
  { id: '30d', ms: 30 * DAY_MS },
  { id: '90d', ms: 90 * DAY_MS },
] as const

export type WindowId = (typeof WINDOWS)[number]['id']

/** Labels of payments younger than this are seldom known. */
export const MATURITY_MS = 7 * DAY_MS

/** Windows that are also counted as they stood `MATURITY_MS` before, shortest first. */
export const MATURE_WINDOWS = ['24h', '7d', '30d'] as const satisfies readonly WindowId[]

/** Up to this age every event of an entity is kept apart, so that shorter windows are exact. */
export const EXACT_MS = HOUR_MS

/** Events older than this leave the windows for good; a day more than the longest, for late events. */
export const RETENTION_MS = 91 * DAY_MS

/**
 * An entity without any event for so long is forgotten: who comes once a year is still known. "So long" is measured by
 * the newest event of all, so that it depends on what was recorded and not on when memory was freed.
 */
export const IDLE_MS = 400 * DAY_MS
