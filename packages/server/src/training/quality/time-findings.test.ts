import { describe, expect, it } from 'vitest'
import type { Mapping } from '../import/index.ts'
import { csvOf, gate, mappingWith, soundRows } from '../testing/planted-files.ts'

const DAY_MS = 86_400_000
const FIRST_MS = Date.UTC(2026, 0, 5)

const withTimes = (time: (index: number) => string, count = 200) =>
  csvOf(soundRows(count).map((row, index) => ({ ...row, transaction_time: time(index) })))
const bare = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
const timeAs = (as: Record<string, unknown>, change: Partial<Mapping> = {}) =>
  mappingWith({ columns: { 'transaction.createdAtMs': { column: 'transaction_time', ...as } }, ...change })

describe('zones', () => {
  it('a zone that neither text nor mapping names is noted', async () => {
    const { finding } = await gate(withTimes(index => bare(FIRST_MS + index * 3_600_000)))
    expect(finding('time_zone_missing')).toMatchObject({ severity: 'note', rows: 200 })
    const zoned = await gate(
      withTimes(index => bare(FIRST_MS + index * 3_600_000)),
      timeAs({ zone: 'America/Lima' }),
    )
    expect(zoned.finding('time_zone_missing')).toBeUndefined()
  })

  it('zones named in some rows and not in others are warned of', async () => {
    const { finding } = await gate(
      withTimes(index => `${bare(FIRST_MS + index * 3_600_000)}${index % 2 ? 'Z' : ''}`),
    )
    expect(finding('time_zones_mixed')).toMatchObject({ severity: 'warn', rows: 100 })
  })

  it('a shop that sleeps at noon has its times in another zone', async () => {
    // Busy from 08:00 to 23:00 in Lima, whose clocks are five hours behind UTC.
    const atLima = (index: number) =>
      FIRST_MS + Math.floor(index / 16) * DAY_MS + (8 + (index % 16) + 5) * 3_600_000
    const right = await gate(
      withTimes(index => `${bare(atLima(index))}Z`, 1600),
      null,
      { timeZone: 'America/Lima', currency: 'PEN' },
    )
    const wrong = await gate(
      withTimes(index => `${bare(atLima(index))}Z`, 1600),
      null,
      { timeZone: 'Asia/Tokyo', currency: 'PEN' },
    )
    expect(right.finding('time_zone_doubtful')).toBeUndefined()
    expect(wrong.finding('time_zone_doubtful')).toMatchObject({ severity: 'warn' })
  })

  it('times that the clock of the zone skipped betray a wrong zone', async () => {
    const { finding } = await gate(
      withTimes(index => bare(Date.UTC(2026, 2, 29, 0, index * 2))),
      timeAs({ zone: 'Europe/Madrid' }),
    )
    expect(finding('time_never_was')).toMatchObject({ severity: 'warn', rows: 30 })
  })
})

describe('order and range', () => {
  it('rows out of order are put in order, which is noted', async () => {
    const { finding } = await gate(withTimes(index => `${bare(FIRST_MS + ((index * 7) % 200) * 3_600_000)}Z`))
    expect(finding('times_unsorted')).toMatchObject({ severity: 'note', rows: 6 })
  })

  it('times in the future and before all shops are set aside', async () => {
    const times = ['2090-01-01T00:00:00Z', '1970-01-21T00:00:00Z']
    const { finding, quarantine } = await gate(
      withTimes(index => times[index] ?? `${bare(FIRST_MS + index * 60_000)}Z`),
    )
    expect(finding('time_out_of_range')).toMatchObject({ rows: 2, lines: [2, 3] })
    expect(quarantine.map(({ reason }) => reason.replace(/.*lies/, 'lies'))).toEqual([
      'lies before 1995 (1970-01-21)',
      'lies in the future (2090-01-01)',
    ])
  })

  it.each([
    ['1767614400', '"epoch_s"'],
    ['1767614400000', '"epoch_ms"'],
    ['05/01/2026 10:30', '"%d/%m/%Y %H:%M"'],
    ['05-01-2026', '"%d-%m-%Y"'],
  ])('%s is no ISO time, and its format is named', async (time, format) => {
    const { finding } = await gate(withTimes(() => time))
    expect(finding('time_unreadable')?.mend).toContain(format)
    expect(finding('too_many_bad_rows')).toMatchObject({ severity: 'refuse' })
  })

  it('dates without a time of day are warned of', async () => {
    const { finding } = await gate(
      withTimes(index => bare(FIRST_MS + index * DAY_MS).slice(0, 10)).replaceAll('2026-0', '2025-0'),
    )
    expect(finding('times_without_hour')).toMatchObject({ severity: 'warn' })
  })
})
