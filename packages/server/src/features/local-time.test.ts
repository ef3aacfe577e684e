import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { localTime, zoneOffsetMinutes } from './local-time.ts'

const ZONES = [
  'America/Lima',
  'America/Santiago',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'UTC',
]

/** Hour and weekday as `Intl` itself says them. */
function spoken(timeZone: string, atMs: number) {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(atMs)
  const part = (type: string) => parts.find(found => found.type === type)?.value ?? ''
  return {
    weekday: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].indexOf(part('weekday')),
    seconds: Number(part('hour')) * 3600 + Number(part('minute')) * 60 + Number(part('second')),
  }
}

describe('local time', () => {
  it('is what Intl says, in zones with and without daylight saving', () => {
    const atMs = fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2035, 0) })
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), atMs, (timeZone, at) => {
        const { hour, weekday } = localTime(timeZone, at)
        expect({ weekday, seconds: Math.floor(hour * 3600 + 1e-6) }).toEqual(spoken(timeZone, at))
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['Europe/Madrid', Date.UTC(2026, 2, 29, 1), 60, 120],
    ['America/New_York', Date.UTC(2026, 10, 1, 6), -240, -300],
    ['Australia/Lord_Howe', Date.UTC(2026, 3, 4, 15), 660, 630],
  ])('changes in %s in the very millisecond that the clocks do', (zone, changeMs, before, after) => {
    expect(zoneOffsetMinutes(zone, changeMs - 1)).toBe(before)
    expect(zoneOffsetMinutes(zone, changeMs)).toBe(after)
  })

  it('of Lima is five hours behind UTC all year', () => {
    expect(localTime('America/Lima', Date.UTC(2026, 0, 1, 3, 30))).toEqual({
      hour: 22.5,
      weekday: 2,
      offsetMinutes: -300,
    })
  })

  it('of an unknown zone is refused', () => {
    expect(() => localTime('America/Atlantis', 0)).toThrow(RangeError)
  })
})
