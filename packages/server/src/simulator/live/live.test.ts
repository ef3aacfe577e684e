import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type RunningService, startService } from '../../http/index.ts'
import { createLogger } from '../../monitoring/index.ts'
import type { StoredDecision } from '../../store/index.ts'
import { LiveMarket } from './index.ts'

const ORIGIN = 'http://shop.test'
let folder = ''
let service: RunningService
let stored: StoredDecision[]
let errors: unknown[]
let ending: AbortController

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atalaya-live-'))
  const site = { name: 'Shop', origins: [ORIGIN], currency: 'PEN', timeZone: 'America/Lima', country: 'PE' }
  service = await startService(
    {
      ...{
        port: 0,
        host: '127.0.0.1',
        publicOrigins: [],
        logLevel: 'silent',
        maxInFlight: 64,
        webhookNetworks: 'public',
        drainDelayMs: 0,
        site,
      },
      dataDir: join(folder, 'data'),
      modelDir: folder,
    },
    { logger: createLogger('silent') },
  )
  stored = []
  errors = []
  service.onDecision(decision => stored.push(decision))
  ending = new AbortController()
})
afterEach(async () => {
  ending.abort()
  await service.close()
  await rm(folder, { recursive: true, force: true })
})

function market(): LiveMarket {
  if (!service.firstSite) throw new Error('a new data folder has a first site')
  return new LiveMarket({
    endpoint: service.url,
    siteKey: service.firstSite.site.publishableKey,
    secretKey: service.firstSite.secretKey,
    origin: ORIGIN,
    seed: 1,
    signal: ending.signal,
    onError: error => errors.push(error),
  })
}

test('backfilled orders are judged with good tokens and lie in the past', async () => {
  const startMs = Date.now()
  await market().backfill({ orders: 60, days: 7 })
  expect(errors).toEqual([])
  expect(stored).toHaveLength(60)
  const events = stored.map(({ envelope }) => envelope.event)
  expect(events.every(({ atMs }) => atMs < startMs && atMs > startMs - 7 * 86_400_000)).toBe(true)
  const statuses = new Set(events.map(({ session }) => session.status))
  expect(statuses).toEqual(new Set(['ok', 'absent']))
})

test('the merchant tells what became of the payments that it took, at their own time', async () => {
  await market().backfill({ orders: 60, days: 7 })
  await market().ring({ startAfterMs: 5, everyMs: 3 })
  const told = stored.map(({ id, envelope, decision }) => ({
    ...{ id, event: envelope.event, taken: ['allow', 'challenge'].includes(decision.decision) },
    events: service.reader.followUps(envelope.event.siteId, envelope.event.id).events,
  }))
  expect(errors).toEqual([])
  expect(told.every(({ taken, events }) => events.length === (taken ? 1 : 0))).toBe(true)
  const [types, lags] = [new Set<string>(), new Set<boolean>()]
  for (const { id, event, events } of told) {
    for (const { type, decisionId, occurredAtMs } of events) {
      types.add(type)
      const lagMs = (occurredAtMs ?? 0) - event.atMs
      lags.add(decisionId === id && lagMs >= 0 && lagMs <= 6_000)
    }
  }
  expect(types).toEqual(new Set(['authorised', 'declined']))
  expect(lags).toEqual(new Set([true]))
})

test('traffic goes on until its signal ends it', async () => {
  const running = market().run(6000)
  await expect.poll(() => stored.length, { timeout: 10_000 }).toBeGreaterThan(20)
  ending.abort()
  await running
  expect(errors).toEqual([])
})

test('the ring shows as few devices with many accounts', async () => {
  await market().ring({ startAfterMs: 5, everyMs: 3 })
  const keys = stored.map(({ envelope }) => envelope.event.keys)
  const distinct = (kind: 'account' | 'device') => new Set(keys.map(key => key[kind]).filter(Boolean)).size
  expect(errors).toEqual([])
  expect(distinct('account')).toBeGreaterThan(3 * distinct('device'))
})

test('a service that refuses is told and does not end the traffic', async () => {
  const broken = new LiveMarket({
    ...{
      endpoint: service.url,
      siteKey: 'wrong',
      secretKey: 'wrong',
      origin: ORIGIN,
      seed: 1,
      signal: ending.signal,
    },
    onError: error => errors.push(error),
  })
  await broken.backfill({ orders: 3, days: 1 })
  expect(errors).toHaveLength(3)
})
