import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-simulate-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function simulate(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'simulate', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

it('tells each phase of a drift and writes it to the summary', () => {
  const { status, stdout } = simulate('--events', '3000', '--days', '20', '--drift-day', '12', '--out', 'w')
  expect(status).toBe(0)
  expect(stdout).toMatch(/^3000 payments, \d+ declined, \d+ frauds/)
  expect(stdout).toContain('from day 12, new_attack account_takeover, shift device_ring, sale: ')
  const { phases, options } = JSON.parse(readFileSync(join(folder, 'w', 'summary.json'), 'utf8'))
  expect(phases.map(({ fromDay }: { fromDay: number }) => fromDay)).toEqual([0, 12, 17])
  expect(options.scenario.events).toHaveLength(3)
})

it('refuses a scenario that says nonsense, in one line that names event and fault, and writes nothing', () => {
  writeFileSync(join(folder, 's.json'), '{"events":[{"day":3,"what":"shift","attack":"rings"}]}')
  const { status, stderr } = simulate('--events', '100', '--scenario', 's.json', '--out', 'w')
  expect(status).toBe(1)
  expect(stderr).toMatch(
    /^atalaya: scenario s\.json cannot be used: event 1: attack must be .*docs\/simulator\.md/m,
  )
  expect(readdirSync(folder)).toEqual(['s.json'])
})

it('refuses a drift after the end, and leaves no file behind', () => {
  const { status, stderr } = simulate('--events', '100', '--days', '10', '--drift-day', '10', '--out', 'w')
  expect(status).toBe(1)
  expect(stderr).toContain('new_attack on day 10 is not within a history of 10 days. Give an earlier day')
  expect(readdirSync(join(folder, 'w'))).toEqual([])
})

it('takes a scenario file or the default drift, not both', () => {
  const { status, stderr } = simulate('--scenario', 's.json', '--drift-day', '3', '--out', 'w')
  expect(status).toBe(1)
  expect(stderr).toContain("option '--scenario <file>' cannot be used with option '--drift-day <n>'")
})
