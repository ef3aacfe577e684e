import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { attempt } from './attack.ts'
import { FAMILIES } from './families/index.ts'
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

test('every attack has a name of its own', () => {
  const ids = FAMILIES.flatMap(({ attacks }) => attacks.map(({ id }) => id))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBeGreaterThanOrEqual(60)
})
