import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt } from './attack.ts'
import { FAMILIES } from './families/index.ts'
import { inCell } from './table.ts'
import { openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

for (const { name, attacks } of FAMILIES) {
  describe(`an attack on ${name} fails:`, () => {
    for (const attack of attacks) {
      test.concurrent(`${attack.tries} (${attack.id})`, async () => {
        const { outcome } = await attempt(attack, world)
        expect(outcome).toBe(attack.expected)
      })
    }
  })
}

const ATTACKS = FAMILIES.flatMap(({ attacks }) => attacks)

test('every attack has a name of its own, and there are more than sixty', () => {
  expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length)
  expect(ATTACKS.length).toBeGreaterThan(60)
})

test('docs/red-team.md holds every attack as it is, and none that is no more', () => {
  const page = readFileSync(new URL('../../docs/red-team.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-z0-9.-]+)` \| .* \| (?:held|\*\*BREACH.*) \|$/gm)].map(
    ([, id]) => id,
  )
  expect(rows).toEqual(ATTACKS.map(({ id }) => id))
  for (const { tries } of ATTACKS) expect(page).toContain(inCell(tries))
})
