import { execFile } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type RunningService, readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { newOrder, post, type Shop, verify } from './service-shopper.ts'

const atalaya = fileURLToPath(new URL('../packages/server/bin/atalaya.mjs', import.meta.url))
const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-webhooks-'))
const start = (networks = 'any') =>
  startService(
    readServiceOptions({
      ...{ PORT: '0', ATALAYA_DATA_DIR: dataDir, ATALAYA_LOG_LEVEL: 'silent' },
      ATALAYA_WEBHOOK_NETWORKS: networks,
    }),
  )
const run = async (...args: string[]) =>
  (await promisify(execFile)(process.execPath, [atalaya, 'webhooks', '--data', dataDir, ...args])).stdout

interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A shop's backend that hears messages and answers what the test says. */
class Backend {
  readonly received: Received[] = []
  status = 200
  readonly #server: Server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    this.received.push({ headers: request.headers, body })
    response.writeHead(this.status, { location: '/elsewhere' }).end()
  })

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`
  }

  close() {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  ofType(type: string) {
    return this.received.map(({ body }) => JSON.parse(body)).filter(message => message.type === type)
  }
}

/** What a shop does with a message, as docs/webhooks.md tells. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const parts = String(headers['atalaya-signature']).split(',')
  const t = parts.find(part => part.startsWith('t='))?.slice(2)
  const expected = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')
  return parts.includes(`v1=${expected}`) && Math.abs(Date.now() / 1000 - Number(t)) < 300
}

const backend = new Backend()
let service: RunningService
let shop: Shop
let webhook: string
let secret: string

const deliveries = async (query = '') => {
  const response = await fetch(`${service.url}/v1/webhooks/deliveries${query}`, {
    headers: { authorization: `Bearer ${shop.secretKey}` },
  })
  return (await response.json()).deliveries
}
const heard = (count: number) =>
  vi.waitFor(() => expect(backend.received.length).toBeGreaterThanOrEqual(count), { timeout: 15_000 })

beforeAll(async () => {
  const url = await backend.listen()
  service = await start()
  const { site, secretKey } = service.firstSite ?? { site: undefined, secretKey: '' }
  shop = { url: service.url, origin: '', siteKey: '', secretKey }
  const added = await run('add', site?.id ?? '', url)
  webhook = /wh_\S+/.exec(added)?.[0] ?? ''
  secret = /whsec_\S+/.exec(added)?.[0] ?? ''
  await vi.waitFor(() => expect(service.sites.list()[0]?.webhooks).toHaveLength(1), { timeout: 10_000 })
})
beforeEach(() => {
  backend.received.length = 0
  backend.status = 200
})
afterAll(async () => {
  await service.close()
  backend.close()
  rmSync(dataDir, { recursive: true })
})

test('a decision, an event and a label are told, signed, with what the API answered', async () => {
  const order = newOrder()
  const { body } = await verify(shop, null, order)
  const headers = { authorization: `Bearer ${shop.secretKey}` }
  await post(`${shop.url}/v1/events`, { decisionId: body.id, type: 'declined' }, headers)
  await post(`${shop.url}/v1/labels`, { decisionId: body.id, fraud: true, source: 'chargeback' }, headers)
  await heard(3)
  for (const message of backend.received) expect(isSigned(message, secret)).toBe(true)
  expect(isSigned({ ...backend.received[0], body: '{}' } as Received, secret)).toBe(false)
  expect(backend.ofType('decision.made')[0]?.data).toMatchObject({ orderId: order.id, ...body })
  expect(backend.ofType('event.recorded')[0]?.data).toMatchObject({ orderId: order.id, type: 'declined' })
  expect(backend.ofType('label.recorded')[0]?.data).toMatchObject({ fraud: true, inForce: true })
  await vi.waitFor(async () =>
    expect(new Set((await deliveries()).map((one: { state: string }) => one.state))).toEqual(
      new Set(['delivered']),
    ),
  )
})

test('two secrets are live while one is exchanged', async () => {
  const fresh = /whsec_\S+/.exec(await run('rotate-secret', webhook))?.[0] ?? ''
  const secrets = () => service.sites.list()[0]?.webhooks?.[0]?.secrets
  await vi.waitFor(() => expect(secrets()).toHaveLength(2), { timeout: 10_000 })
  await verify(shop, null, newOrder())
  await heard(1)
  for (const one of [fresh, secret]) expect(isSigned(backend.received[0] as Received, one)).toBe(true)
  await run('rotate-secret', webhook, '--drop-old')
  await vi.waitFor(() => expect(secrets()).toEqual([fresh]), { timeout: 10_000 })
  secret = fresh
})

test.each([500, 302])('a message answered with %i waits and is tried again by itself', async status => {
  backend.status = status
  await verify(shop, null, newOrder())
  await heard(1)
  await vi.waitFor(async () =>
    expect((await deliveries('?limit=1'))[0]).toMatchObject({
      ...{ state: 'waiting', attempts: 1, lastStatus: status, lastError: `status_${status}` },
    }),
  )
  backend.status = 200
  await heard(2)
  expect(backend.received[1]?.body).toBe(backend.received[0]?.body)
  await vi.waitFor(async () =>
    expect((await deliveries('?limit=1'))[0]).toMatchObject({ state: 'delivered', attempts: 2 }),
  )
})

test('a message is sent again on demand, to its own site alone', async () => {
  await verify(shop, null, newOrder())
  await heard(1)
  await vi.waitFor(async () => expect((await deliveries('?limit=1'))[0].state).toBe('delivered'))
  const [{ id }] = await deliveries('?limit=1')
  const again = (key: string) =>
    fetch(`${shop.url}/v1/webhooks/deliveries/${id}/replay`, {
      ...{ method: 'POST', headers: { authorization: `Bearer ${key}` } },
    })
  expect((await again(shop.secretKey)).status).toBe(202)
  await heard(2)
  expect(backend.received[1]?.body).toBe(backend.received[0]?.body)
  const { secretKey } = service.sites.add({
    ...{ name: 'Other', origins: [], currency: 'PEN', timeZone: 'America/Lima', country: 'PE' },
  })
  expect((await again(secretKey)).status).toBe(404)
})

test('what was not delivered is delivered after a restart', async () => {
  backend.status = 503
  await verify(shop, null, newOrder())
  await heard(1)
  await service.close()
  backend.status = 200
  backend.received.length = 0
  service = await start()
  shop = { ...shop, url: service.url }
  await heard(1)
  expect(backend.ofType('decision.made')).toHaveLength(1)
})

test('nothing is sent into private networks unless the operator says so', async () => {
  await service.close()
  service = await start('public')
  shop = { ...shop, url: service.url }
  await verify(shop, null, newOrder())
  await vi.waitFor(async () =>
    expect((await deliveries('?limit=1'))[0]).toMatchObject({ state: 'waiting', lastError: 'not_https' }),
  )
  expect(backend.received).toEqual([])
})

test('metrics count the attempts', async () => {
  const text = await (await fetch(`${shop.url}/metrics`)).text()
  expect(text).toMatch(/atalaya_webhook_attempts_total\{outcome="failed"\} [1-9]/)
})

test('a webhook that is removed is told nothing more, and what waits for it is given up', async () => {
  await run('remove', webhook)
  await vi.waitFor(() => expect(service.sites.list()[0]?.webhooks).toEqual([]), { timeout: 10_000 })
  await vi.waitFor(
    async () =>
      expect((await deliveries('?state=dead')).map((one: { lastError: string }) => one.lastError)).toContain(
        'endpoint_removed',
      ),
    { timeout: 15_000 },
  )
  await expect(run('remove', webhook)).rejects.toThrow(/there is no webhook/)
})
