import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import type { Shop } from './service-shopper.ts'
import {
  type Acknowledged,
  buyUntilKilled,
  compareWithStore,
  countReused,
  shopOf,
  startDurable,
} from './support/durable-service.ts'

const ROUNDS = 5
const IN_FLIGHT = 32

const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-durability-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

// `npm run durability` does the same a hundred times, with webhooks.
test('nothing that was acknowledged is lost or doubled, and no token counts twice, over kill -9 under load', async () => {
  const acknowledged: Acknowledged[] = []
  let keys: Shop | undefined
  for (let round = 0; round <= ROUNDS; round++) {
    const service = await startDurable(dataDir)
    try {
      keys ??= shopOf(service)
      const shop: Shop = { ...keys, url: service.url }
      expect(compareWithStore(dataDir, acknowledged)).toEqual({ lost: 0, doubled: 0, untold: 0 })
      const sample = acknowledged.filter(() => Math.random() < 100 / acknowledged.length)
      expect(await countReused(shop, sample)).toBe(0)
      if (round === ROUNDS) break
      const buyers = Array.from({ length: IN_FLIGHT }, () => buyUntilKilled(shop, acknowledged))
      const before = acknowledged.length
      while (acknowledged.length === before) await delay(20)
      await delay(Math.random() * 3_000)
      service.child.kill('SIGKILL')
      await Promise.all(buyers)
    } finally {
      await service.kill()
    }
  }
  const told = acknowledged.reduce((sum, one) => sum + one.told.length, 0)
  console.log(
    `${acknowledged.length} acknowledged decisions, ${told} events and labels over ${ROUNDS} kills, none lost`,
  )
})
