import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { openStoredDecisions } from '../packages/server/src/store/index.ts'
import { newOrder, post, type Shop, Shopper, verify } from './service-shopper.ts'
import { startServiceProcess } from './support/service-process.ts'

const ROUNDS = 5
const IN_FLIGHT = 32
const origin = 'https://shop.example'
/** Tokens name it instead of the port, which is another after every restart. */
const audience = 'https://atalaya.example'

const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-durability-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

interface Acknowledged {
  readonly id: string
  readonly order: ReturnType<typeof newOrder>
  readonly token: string
  /** What was acknowledged of the payment afterwards. */
  readonly told: ('declined' | 'fraud')[]
}

/** Buys without pause until the service is gone; what was answered with a decision is acknowledged. */
async function buy(shop: Shop, acknowledged: Acknowledged[]): Promise<void> {
  try {
    const shopper = await Shopper.visit(shop)
    for (;;) {
      const order = newOrder()
      const token = await shopper.token(order, { aud: audience })
      const { status, body } = await verify(shop, token, order)
      if (status !== 200) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`)
      expect(body.token.status).toBe('ok')
      const told: Acknowledged['told'] = []
      acknowledged.push({ id: body.id, order, token, told })
      await tell(shop, 'events', { decisionId: body.id, type: 'declined' })
      told.push('declined')
      await tell(shop, 'labels', { orderId: order.id, fraud: true, source: 'chargeback' })
      told.push('fraud')
    }
  } catch (error) {
    // The killed service's connections break; anything else is a failure of the test.
    if (!(error instanceof TypeError)) throw error
  }
}

async function tell(shop: Shop, path: string, body: unknown): Promise<void> {
  const { status } = await post(`${shop.url}/v1/${path}`, body, { authorization: `Bearer ${shop.secretKey}` })
  if (status !== 200) throw new Error(`${path} answered with ${status}`)
}

test('nothing that was acknowledged is lost or doubled, and no token counts twice, over kill -9 under load', async () => {
  const acknowledged: Acknowledged[] = []
  let keys: Pick<Shop, 'siteKey' | 'secretKey'> | undefined
  for (let round = 0; round <= ROUNDS; round++) {
    const service = await startServiceProcess(dataDir, {
      ATALAYA_SITE_ORIGINS: origin,
      ATALAYA_PUBLIC_ORIGINS: audience,
    })
    const { url, output } = service
    try {
      keys ??= {
        siteKey: /pk_[\w-]+/.exec(output)?.[0] ?? '',
        secretKey: /sk_[\w-]+/.exec(output)?.[0] ?? '',
      }
      const shop: Shop = { url, origin, ...keys }
      expectAllStoredOnce(acknowledged)
      const sample = acknowledged.filter(() => Math.random() < 100 / acknowledged.length)
      for (const { order, token } of sample) {
        expect((await verify(shop, token, order)).body.token.status).toBe('replayed')
      }
      if (round === ROUNDS) break
      const buyers = Array.from({ length: IN_FLIGHT }, () => buy(shop, acknowledged))
      const before = acknowledged.length
      while (acknowledged.length === before) await delay(20)
      await delay(Math.random() * 3_000)
      await service.end('SIGKILL')
      await Promise.all(buyers)
    } finally {
      await service.end('SIGKILL')
    }
  }
  const told = acknowledged.reduce((sum, one) => sum + one.told.length, 0)
  console.log(
    `${acknowledged.length} acknowledged decisions, ${told} events and labels over ${ROUNDS} kills, none lost`,
  )
})

/**
 * Reads the store beside the service: every acknowledged decision is in it, made for its order, one for its token,
 * and so is what was acknowledged of its payment.
 */
function expectAllStoredOnce(acknowledged: readonly Acknowledged[]): void {
  const reader = openStoredDecisions(dataDir)
  try {
    const stored = reader.list({ limit: Number.MAX_SAFE_INTEGER })
    const good = new Map<string, string[]>()
    for (const { id, orderId, tokenStatus } of stored) {
      if (tokenStatus === 'ok') good.set(orderId, [...(good.get(orderId) ?? []), id])
    }
    const wrong = acknowledged.filter(({ id, order }) => String(good.get(order.id)) !== id)
    expect(wrong).toEqual([])
    const site = stored[0]?.siteId ?? ''
    const untold = acknowledged.filter(({ order, told }) => {
      const { events, labels } = reader.followUps(site, order.id)
      const kept = [...events.map(({ type }) => type), ...labels.map(() => 'fraud')]
      // One that was stored may have been cut off from its answer.
      return kept.length > 2 || told.some(one => kept.filter(other => other === one).length !== 1)
    })
    expect(untold).toEqual([])
  } finally {
    reader.close()
  }
}
