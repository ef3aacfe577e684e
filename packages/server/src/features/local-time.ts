/** A moment by the clocks of a place. */
export interface LocalTime {
  /** Hours since local midnight with their fraction, 0 up to 24. */
  readonly hour: number
  /** 0 Monday to 6 Sunday. */
  readonly weekday: number
  /** Minutes east of UTC. */
  readonly offsetMinutes: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Every zone of today changes its clocks on a quarter of an hour of UTC (Lord Howe Island on a half). */
const QUARTER_MS = 15 * MINUTE_MS
/** A year has 35,040 quarters; beyond this a zone's cache starts anew. */
const MAX_CACHED_QUARTERS = 40_000

/** Time of day and weekday in an IANA zone. @throws RangeError when the zone is not known */
export function localTime(timeZone: string, atMs: number): LocalTime {
  const offsetMinutes = zoneOffsetMinutes(timeZone, atMs)
  const localMs = atMs + offsetMinutes * MINUTE_MS
  const day = Math.floor(localMs / DAY_MS)
  // 1 January 1970 was a Thursday.
  return { hour: (localMs - day * DAY_MS) / HOUR_MS, weekday: (((day + 3) % 7) + 7) % 7, offsetMinutes }
}

interface Zone {
  readonly format: Intl.DateTimeFormat
  readonly offsets: Map<number, number>
}
const zones = new Map<string, Zone>()

/**
 * Minutes that a zone's clocks are ahead of UTC. `Intl` takes some 3 us to say so, therefore its answer is kept for
 * each quarter of an hour; the answers are constants of the time zone data, so keeping them changes no result.
 */
export function zoneOffsetMinutes(timeZone: string, atMs: number): number {
  let zone = zones.get(timeZone)
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    zone = { format, offsets: new Map() }
    zones.set(timeZone, zone)
  }
  const quarter = Math.floor(atMs / QUARTER_MS)
  let offset = zone.offsets.get(quarter)
  if (offset === undefined) {
    if (zone.offsets.size >= MAX_CACHED_QUARTERS) zone.offsets.clear()
    offset = readOffset(zone.format, atMs)
    zone.offsets.set(quarter, offset)
  }
  return offset
}

/** Reads `GMT`, `GMT-05:00` or, before zones were standardised, `GMT-05:08:12`. */
function readOffset(format: Intl.DateTimeFormat, atMs: number): number {
  const name = format.formatToParts(atMs).find(part => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(name)
  if (match === null) return 0
  const [, sign, hours, minutes, seconds] = match
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes) + Number(seconds ?? 0) / 60)
}
