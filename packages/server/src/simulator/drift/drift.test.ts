import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DAY_MS } from '../world/calendar.ts'
import { Drift } from './drift.ts'
import { driftOn, NO_DRIFT, readScenario } from './scenario.ts'
import { NATURAL } from './style.ts'

const startMs = Date.UTC(2026, 0, 1, 5)
const day = (n: number) => startMs + n * DAY_MS
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-scenario-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function fileWith(value: unknown): string {
  const path = join(folder, 'scenario.json')
  writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value))
  return path
}

test('a new attack has no share before its day and its usual one from then on', () => {
  const drift = new Drift({ events: [{ day: 10, what: 'new_attack', attack: 'device_ring' }] }, startMs)
  expect(drift.share('device_ring', 0.005, day(10) - 1)).toBe(0)
  expect(drift.share('device_ring', 0.005, day(10))).toBe(0.005)
  expect(drift.share('stolen_card', 0.007, day(0))).toBe(0.007)
})

test('shifts of volume and style follow one another, whatever their order in the file', () => {
  const drift = new Drift(
    {
      events: [
        { day: 30, what: 'shift', attack: 'device_ring', style: { calm: 0.5 } },
        { day: 10, what: 'shift', attack: 'device_ring', share: 0.01, style: { agedAccounts: 0.3 } },
      ],
    },
    startMs,
  )
  expect(drift.style('device_ring', day(5))).toEqual(NATURAL)
  expect(drift.style('device_ring', day(20))).toEqual({ ...NATURAL, agedAccounts: 0.3 })
  expect(drift.style('device_ring', day(40))).toEqual({ ...NATURAL, agedAccounts: 0.3, calm: 0.5 })
  expect(drift.share('device_ring', 0.005, day(40))).toBe(0.01)
  expect(drift.nextChange('device_ring', day(10))).toBe(day(30))
  expect(drift.nextChange('device_ring', day(30))).toBe(Number.POSITIVE_INFINITY)
})

test('phases begin with the history and are named after what changes', () => {
  expect(new Drift(driftOn(90), startMs).phases()).toEqual([
    { name: 'as it began', fromDay: 0, fromMs: day(0) },
    { name: 'new_attack account_takeover, shift device_ring, sale', fromDay: 90, fromMs: day(90) },
    { name: 'end of sale', fromDay: 95, fromMs: day(95) },
  ])
  expect(new Drift(NO_DRIFT, startMs).phases()).toHaveLength(1)
})

test('a sale adds only the days that lie within the history', () => {
  const drift = new Drift({ events: [{ day: 8, what: 'sale', days: 5, factor: 3 }] }, startMs)
  expect(drift.saleDays(30)).toBe(10)
  expect(drift.saleDays(10)).toBe(4)
})

test('the example of the documentation can be read', () => {
  const path = fileURLToPath(new URL('../../../../../examples/scenarios/cyber-days.json', import.meta.url))
  expect(readScenario(path).events).toHaveLength(4)
})

test('a file that cannot be used is refused with its name, the event and the fault', () => {
  const refused = (value: unknown) => () => readScenario(fileWith(value))
  expect(() => readScenario(join(folder, 'none.json'))).toThrow('none.json cannot be used: ENOENT')
  expect(refused('{')).toThrow('scenario.json cannot be used: ')
  expect(refused({})).toThrow('it has no list of events')
  expect(refused({ events: [{ day: 1, what: 'party' }] })).toThrow(
    'event 1: what must be new_attack, shift or sale',
  )
  expect(
    refused({
      events: [
        { day: 1, what: 'sale', days: 2, factor: 2 },
        { day: 1, what: 'sale', days: 2, factor: 9 },
      ],
    }),
  ).toThrow('event 2: factor must be <= 5')
  expect(refused({ events: [null] })).toThrow('event 1: what must be')
})
