import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChallengeResponseSchema } from '@atalaya/client/contract'
import { pino } from 'pino'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  PROBLEMS,
  type RunningService,
  readServiceOptions,
  replayStored,
  startService,
} from '../packages/server/src/http/index.ts'
import { VerifyAnswerSchema } from '../packages/server/src/http/verify/answer.ts'
import { DEFAULT_POLICY } from '../packages/server/src/policy/index.ts'
import { newOrder, post, type Shop, Shopper, verify } from './service-shopper.ts'

const origin = 'https://shop.example'
const isAnswer = Compile(VerifyAnswerSchema)
const folders: string[] = []

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-service-'))
  folders.push(folder)
  return folder
}

function optionsFor(dataDir: string, env: Readonly<Record<string, string>> = {}) {
  return readServiceOptions({
    PORT: '0',
    ATALAYA_DATA_DIR: dataDir,
    ATALAYA_SITE_ORIGINS: origin,
    ATALAYA_LOG_LEVEL: 'silent',
    ...env,
  })
}

function shopOf(service: RunningService): Shop {
  const { site, secretKey } = service.firstSite ?? { site: undefined, secretKey: '' }
  return { url: service.url, origin, siteKey: site?.publishableKey ?? '', secretKey }
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true })
})

describe.each([
  ['before Express', true],
  ['through Express', false],
])('the API, hot addresses %s,', (_name, hotPath) => {
  const dataDir = newFolder()
  let service: RunningService
  let shop: Shop
  let shopper: Shopper

  beforeAll(async () => {
    service = await startService(optionsFor(dataDir), { hotPath })
    shop = shopOf(service)
    shopper = await Shopper.visit(shop)
  })
  afterAll(() => service.close())

  const secret = () => ({ authorization: `Bearer ${shop.secretKey}` })

  describe('judges a token as', () => {
    const statusOf = async (token: string | null | undefined, order = newOrder()) => {
      const { status, body } = await verify(shop, token, order)
      expect(status).toBe(200)
      expect(isAnswer.Errors(body)).toEqual([])
      return body.token.status as string
    }

    test('ok', async () => {
      const order = newOrder()
      const { body } = await verify(shop, await shopper.token(order), order)
      expect(body.token).toMatchObject({ status: 'ok', key: 'kept' })
      expect(body.token.device).toMatch(/^[\w-]{16}$/)
      expect(body.prescore.match).not.toBe(false)
    })

    test('absent, and still decides', async () => {
      expect(await statusOf(undefined)).toBe('absent')
      expect(await statusOf(null)).toBe('absent')
    })

    test('malformed', async () => {
      expect(await statusOf('not.a.token')).toBe('malformed')
      expect(await statusOf('x'.repeat(3_000))).toBe('malformed')
    })

    test('bad_signature', async () => {
      const order = newOrder()
      const [head, payload = '', signature] = (await shopper.token(order)).split('.')
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
      const changed = Buffer.from(JSON.stringify({ ...claims, ks: 'new' })).toString('base64url')
      expect(await statusOf(`${head}.${changed}.${signature}`, order)).toBe('bad_signature')
    })

    test('origin_mismatch', async () => {
      const order = newOrder()
      expect(await statusOf(await shopper.token(order, { origin: 'https://evil.example' }), order)).toBe(
        'origin_mismatch',
      )
    })

    test('nonce_missing', async () => {
      const order = newOrder()
      expect(await statusOf(await shopper.token(order, { nonce: null }), order)).toBe('nonce_missing')
    })

    test('expired', async () => {
      const order = newOrder()
      const iat = Math.floor(Date.now() / 1000) - 400
      expect(await statusOf(await shopper.token(order, { iat, exp: iat + 300 }), order)).toBe('expired')
    })

    test('order_mismatch', async () => {
      const order = newOrder()
      const token = await shopper.token(order)
      expect(await statusOf(token, { ...order, amountMinor: order.amountMinor + 1 })).toBe('order_mismatch')
    })

    test('prescore_mismatch', async () => {
      const order = newOrder()
      expect(await statusOf(await shopper.token(order, { ps: 0.25 }), order)).toBe('prescore_mismatch')
    })

    test('replayed the second time, whatever the order', async () => {
      const order = newOrder()
      const token = await shopper.token(order)
      expect(await statusOf(token, order)).toBe('ok')
      expect(await statusOf(token, order)).toBe('replayed')
      expect(await statusOf(token)).toBe('replayed')
    })

    test('ok once and replayed otherwise when it comes in parallel', async () => {
      const order = newOrder()
      const token = await shopper.token(order)
      const statuses = await Promise.all(Array.from({ length: 20 }, () => statusOf(token, order)))
      expect(statuses.filter(status => status === 'ok')).toHaveLength(1)
      expect(statuses.filter(status => status === 'replayed')).toHaveLength(19)
    })
  })

  test('parallel orders of one account each see those that came before', async () => {
    const account = `account-${Math.random()}`
    const ask = () =>
      post(`${shop.url}/v1/verify`, { transaction: { ...newOrder(), account: { id: account } } }, secret())
    const answers = await Promise.all(Array.from({ length: 8 }, ask))
    const counts = answers.map(
      ({ body }) => service.reader.get(body.id)?.envelope.history.account?.lifetimeCount,
    )
    expect(counts.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  describe('with an idempotency key', () => {
    test('gives the same answer to the same body, also in parallel and with a token', async () => {
      const order = newOrder()
      const token = await shopper.token(order)
      const key = { 'idempotency-key': `key-${order.id}` }
      const answers = await Promise.all([1, 2, 3].map(() => verify(shop, token, order, key)))
      answers.push(await verify(shop, token, order, key))
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      expect(answers[0]?.body.token.status).toBe('ok')
      expect(answers.map(({ headers }) => headers.get('idempotent-replayed'))).toEqual([
        null,
        'true',
        'true',
        'true',
      ])
    })

    test('refuses another body', async () => {
      const key = { 'idempotency-key': `key-${Math.random()}` }
      await verify(shop, null, newOrder(), key)
      expect(await verify(shop, null, newOrder(), key)).toMatchObject({
        status: 409,
        body: { code: 'idempotency_conflict' },
      })
    })

    test('refuses a key that is none', async () => {
      expect(await verify(shop, null, newOrder(), { 'idempotency-key': 'a b' })).toMatchObject({
        status: 400,
        body: { code: 'idempotency_key_invalid' },
      })
    })
  })

  describe('reads a decision back', () => {
    test('in full by its id, to its own site only', async () => {
      const { body } = await verify(shop, null, newOrder())
      const url = `${shop.url}/v1/decisions/${body.id}`
      const stored = await (await fetch(url, { headers: secret() })).json()
      expect(stored).toMatchObject({ id: body.id, answer: body, envelope: { format: 'atalaya-envelope/1' } })
      const { secretKey } = service.sites.add({
        ...{ name: 'Other', origins: [], currency: 'PEN', timeZone: 'America/Lima', country: 'PE' },
      })
      const other = await fetch(url, { headers: { authorization: `Bearer ${secretKey}` } })
      expect([other.status, (await other.json()).code]).toEqual([404, 'decision_unknown'])
      expect((await fetch(url)).status).toBe(401)
    })

    test('equal to the bit when it is recomputed beside the running service', async () => {
      const order = newOrder()
      const { body } = await verify(shop, await shopper.token(order), order)
      const { modelDir } = optionsFor(dataDir)
      const report = await replayStored(body.id, { dataDir, modelDir })
      expect(report.differences).toEqual([])
      await expect(replayStored('dec_unknown', { dataDir, modelDir })).rejects.toMatchObject({
        code: 'decision_unknown',
      })
    })

    test('the moment it is durable, through its event', async () => {
      const seen: string[] = []
      const stop = service.onDecision(stored => seen.push(stored.id))
      const { body } = await verify(shop, null, newOrder())
      stop()
      await verify(shop, null, newOrder())
      expect(seen).toEqual([body.id])
    })
  })

  describe('gives challenges', () => {
    test('to pages of the site, who may read the answer', async () => {
      const answer = await post(`${shop.url}/v1/challenge`, { siteKey: shop.siteKey }, { origin })
      expect(answer.status).toBe(200)
      expect(Compile(ChallengeResponseSchema).Errors(answer.body)).toEqual([])
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('vary')).toBe('Origin')
    })

    test('after a preflight', async () => {
      const ask = (from: string) =>
        fetch(`${shop.url}/v1/challenge`, { method: 'OPTIONS', headers: { origin: from } })
      const allowed = await ask(origin)
      expect(allowed.status).toBe(204)
      expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type')
      const refused = await ask('https://evil.example')
      expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null])
    })

    test('to nobody else', async () => {
      const ask = (siteKey: string, headers: Record<string, string>) =>
        post(`${shop.url}/v1/challenge`, { siteKey }, headers)
      expect(await ask('pk_unknown', { origin })).toMatchObject({
        status: 403,
        body: { code: 'site_key_unknown' },
      })
      expect(await ask(shop.siteKey, { origin: 'https://evil.example' })).toMatchObject({
        status: 403,
        body: { code: 'origin_not_allowed' },
      })
      expect(await ask(shop.siteKey, {})).toMatchObject({ status: 403, body: { code: 'origin_missing' } })
    })
  })

  describe('answers a fault with a problem', () => {
    const send = (body: unknown, headers: Record<string, string> = {}) =>
      post(`${shop.url}/v1/verify`, body, { ...secret(), ...headers })

    test('naming the position in what is not JSON', async () => {
      const { status, body, headers } = await send('{"transaction": {"id": x}}')
      expect(status).toBe(400)
      expect(headers.get('content-type')).toBe('application/problem+json')
      expect(body).toMatchObject({ code: 'malformed_json', position: 23, status: 400 })
    })

    test.each([
      [
        'a missing field',
        { transaction: { id: 'o', amountMinor: 1, currency: 'PEN' } },
        '/transaction/account',
      ],
      [
        'a wrong type',
        { transaction: { ...newOrder(), amountMinor: '1', account: { id: 'a' } } },
        '/transaction/amountMinor',
      ],
      [
        'an unknown field',
        { transaction: { ...newOrder(), account: { id: 'a' }, amount: 1 } },
        '/transaction/amount',
      ],
      [
        'a wrong choice',
        { transaction: { ...newOrder(), account: { id: 'a' }, payment: { method: 'gold' } } },
        '/transaction/payment/method',
      ],
      [
        'a wrong address',
        { remoteIp: 'localhost', transaction: { ...newOrder(), account: { id: 'a' } } },
        '/remoteIp',
      ],
      ['no object at all', [], ''],
    ])('naming %s by its pointer', async (_what, body, pointer) => {
      expect(await send(body)).toMatchObject({ status: 400, body: { code: 'invalid_request', pointer } })
    })

    test('for a prototype in disguise', async () => {
      expect(await send('{"__proto__": {"transaction": 1}}')).toMatchObject({
        status: 400,
        body: { pointer: '/__proto__' },
      })
    })

    test('for a currency without a rate, and forgets the attempt', async () => {
      const order = { ...newOrder(), currency: 'USD' }
      const token = await shopper.token(order)
      const problem = {
        status: 422,
        body: { code: 'currency_without_rate', pointer: '/transaction/currency' },
      }
      expect(await verify(shop, token, order)).toMatchObject(problem)
      expect(await verify(shop, token, order)).toMatchObject(problem)
    })

    test('for a body that is too large, said or unsaid', async () => {
      expect(await send('x'.repeat(70_000))).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
      expect(await chunked(shop, 'x'.repeat(70_000))).toBe(413)
    })

    test('for another content type or encoding', async () => {
      for (const headers of [
        { 'content-type': 'text/plain' },
        { 'content-type': 'application/json; charset=latin1' },
        { 'content-encoding': 'gzip' },
      ]) {
        expect(await send({}, headers)).toMatchObject({
          status: 415,
          body: { code: 'media_type_unsupported' },
        })
      }
    })

    test('for a missing and for a wrong secret key', async () => {
      const missing = await post(`${shop.url}/v1/verify`, {})
      expect(missing).toMatchObject({ status: 401, body: { code: 'secret_key_missing' } })
      expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/)
      for (const key of [shop.siteKey, `${shop.secretKey}x`, 'sk_']) {
        expect(await send({}, { authorization: `Bearer ${key}` })).toMatchObject({
          status: 401,
          body: { code: 'secret_key_wrong' },
        })
      }
    })

    test('for an unknown address and for a wrong method', async () => {
      const unknown = await fetch(`${shop.url}/v2/verify`)
      expect([unknown.status, (await unknown.json()).code]).toEqual([404, 'route_unknown'])
      const wrong = await fetch(`${shop.url}/v1/verify`, { method: 'PUT' })
      expect([wrong.status, wrong.headers.get('allow'), (await wrong.json()).code]).toEqual([
        405,
        'POST',
        'method_not_allowed',
      ])
    })

    test('that tells nothing of the service’s inside', async () => {
      const { headers, body } = await send('{')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(JSON.stringify(body)).not.toMatch(/at .*\.(ts|js)|node:/)
    })
  })

  describe('serves', () => {
    test('health, readiness and an API description', async () => {
      expect(await (await fetch(`${shop.url}/healthz`)).json()).toEqual({ status: 'ok' })
      expect(await (await fetch(`${shop.url}/readyz`)).json()).toEqual({
        status: 'ready',
        degraded: service.degraded,
      })
      const document = await (await fetch(`${shop.url}/openapi.json`)).json()
      expect(document.openapi).toBe('3.1.0')
      expect(Object.keys(document.paths)).toContain('/v1/verify')
    })

    test('metrics without any identifier', async () => {
      const order = newOrder()
      await verify(shop, await shopper.token(order), order)
      const text = await (await fetch(`${shop.url}/metrics`)).text()
      expect(text).toMatch(/atalaya_tokens_total\{status="ok"\} [1-9]/)
      expect(text).toMatch(/atalaya_step_seconds_count\{step="store"\} [1-9]/)
      expect(text).toMatch(/atalaya_http_requests_total\{route="\/v1\/verify",status="200"\} [1-9]/)
      for (const id of [order.id, shop.siteKey, shop.secretKey, 'dec_', 'site_'])
        expect(text).not.toContain(id)
    })

    test('the SDK to pages of every origin', async () => {
      const { version } = JSON.parse(
        readFileSync(new URL('../packages/client/package.json', import.meta.url), 'utf8'),
      )
      const latest = await fetch(`${shop.url}/sdk/core.js`)
      const named = await fetch(`${shop.url}/sdk/${version}/core.js`)
      expect(await latest.text()).toBe(await named.text())
      expect(named.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(named.headers.get('cache-control')).toContain('immutable')
      expect(latest.headers.get('cache-control')).not.toContain('immutable')
      expect(named.headers.get('cross-origin-resource-policy')).toBe('cross-origin')
      expect(named.headers.get('access-control-allow-origin')).toBe('*')
      for (const path of [
        '/sdk/nope.js',
        '/sdk/9.9.9/core.js',
        '/sdk/%2e%2e/package.json',
        '/sdk/prescore/x.json',
      ]) {
        expect((await fetch(shop.url + path)).status).toBe(404)
      }
    })
  })
})

/** A body of unsaid length. */
function chunked(shop: Shop, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${shop.secretKey}` }
    const request = httpRequest(`${shop.url}/v1/verify`, { method: 'POST', headers }, response => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    request.on('error', reject)
    for (let at = 0; at < body.length; at += 10_000) request.write(body.slice(at, at + 10_000))
    request.end()
  })
}

describe('a service', () => {
  test('keeps used tokens, answers and history over a restart', async () => {
    const dataDir = newFolder()
    const first = await startService(optionsFor(dataDir))
    const shop = shopOf(first)
    const order = newOrder()
    const token = await (await Shopper.visit(shop)).token(order)
    const key = { 'idempotency-key': 'key-1' }
    const before = await verify(shop, token, order, key)
    await first.close()

    const second = await startService(optionsFor(dataDir, { PORT: String(first.port) }))
    expect(second.firstSite).toBeNull()
    expect((await verify(shop, token, order)).body.token.status).toBe('replayed')
    expect((await verify(shop, token, order, key)).body).toEqual(before.body)
    const { body } = await verify(shop, null, newOrder())
    expect(second.reader.get(body.id)?.envelope.history.account?.lifetimeCount).toBe(2)
    await second.close()
  })

  test('replays a decision by the policy that was in force, whatever is in force by now', async () => {
    const dataDir = newFolder()
    const options = optionsFor(dataDir)
    const first = await startService(options)
    const shop = shopOf(first)
    const { body } = await verify(shop, null, newOrder())
    await first.close()

    // Denying costs nothing and fraud the more: every order is answered otherwise.
    const policy = {
      ...DEFAULT_POLICY,
      marginRate: 0,
      falseDeclineCostRate: 0,
      chargebackFeeMinor: 1_000_000,
    }
    writeFileSync(join(dataDir, 'policy.json'), JSON.stringify(policy))
    const second = await startService(optionsFor(dataDir, { PORT: String(first.port) }))
    const later = await verify(shop, null, newOrder())
    expect(later.body.decision).toBe('deny')
    await second.close()
    for (const id of [body.id, later.body.id])
      expect((await replayStored(id, { dataDir, modelDir: options.modelDir })).differences).toEqual([])
  })

  test('keeps secrets in files that only their owner reads, and only a hash of the secret key', async () => {
    const dataDir = newFolder()
    const service = await startService(optionsFor(dataDir))
    const { secretKey } = shopOf(service)
    await service.close()
    for (const name of ['secrets.json', 'sites.json'])
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600)
    const sites = readFileSync(join(dataDir, 'sites.json'), 'utf8')
    expect(sites).not.toContain(secretKey)
    expect(sites).toContain(createHash('sha256').update(secretKey).digest('hex'))
  })

  test('sheds what is over its limit before it reads it', async () => {
    const service = await startService(optionsFor(newFolder(), { ATALAYA_MAX_IN_FLIGHT: '2' }))
    const shop = shopOf(service)
    const answers = await Promise.all(Array.from({ length: 40 }, () => verify(shop, null, newOrder())))
    const shed = answers.filter(({ status }) => status === 503)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(shed.length).toBeGreaterThan(0)
    expect(shed[0]).toMatchObject({ body: { code: 'overloaded' } })
    expect(shed[0]?.headers.get('retry-after')).toBe('1')
    await service.close()
  })

  test('answers what is in flight when it is closed, and readiness turns first', async () => {
    const service = await startService(optionsFor(newFolder(), { ATALAYA_DRAIN_DELAY_MS: '300' }))
    const shop = shopOf(service)
    const closing = service.close()
    expect((await fetch(`${shop.url}/readyz`)).status).toBe(503)
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify(shop, null, newOrder())))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    await closing
    await expect(fetch(`${shop.url}/healthz`)).rejects.toThrow()
  })

  test('refuses a port and a data folder in use, and writes nothing', async () => {
    const dataDir = newFolder()
    const service = await startService(optionsFor(dataDir))
    const other = join(newFolder(), 'data')
    await expect(startService(optionsFor(other, { PORT: String(service.port) }))).rejects.toMatchObject({
      code: 'port_in_use',
    })
    expect(() => statSync(other)).toThrow()
    await expect(startService(optionsFor(dataDir))).rejects.toMatchObject({ code: 'data_folder_in_use' })
    await service.close()
  })

  test('logs no token, key or identifier, whatever is sent', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) })
    const service = await startService(optionsFor(newFolder()), { logger })
    const shop = shopOf(service)
    const order = { ...newOrder(), id: 'order-that-nobody-logs' }
    const token = await (await Shopper.visit(shop)).token(order)
    await verify(shop, token, order)
    await verify(shop, token, { ...order, currency: 'USD' })
    await verify(shop, token, { ...order, amountMinor: -1 })
    await verify({ ...shop, secretKey: 'sk_wrong-secret-key' }, token, order)
    await post(`${shop.url}/v1/verify`, `{"token":"${token}"`, { authorization: `Bearer ${shop.secretKey}` })
    await post(`${shop.url}/v1/challenge`, { siteKey: 'pk_unknown-site-key' }, { origin })
    await service.close()
    const log = lines.join('')
    expect(lines.length).toBeGreaterThan(5)
    for (const text of [
      token,
      token.slice(-20),
      shop.secretKey,
      shop.siteKey,
      order.id,
      '190.232.10.4',
      'sk_',
      'pk_',
    ]) {
      expect(log).not.toContain(text)
    }
  })

  test('serves pages mounted on it after the API and before "not found"', async () => {
    const service = await startService(optionsFor(newFolder()), { servesPages: true })
    service.app.get('/hello', (_request, response) => {
      response.send('hello')
    })
    expect(await (await fetch(`${service.url}/hello`)).text()).toBe('hello')
    expect((await fetch(`${service.url}/nothing`)).status).toBe(404)
    const { siteKey } = shopOf(service)
    const own = await post(`${service.url}/v1/challenge`, { siteKey }, { origin: service.url })
    expect(own.status).toBe(200)
    await service.close()
  })
})

test('every code of a problem is described', () => {
  const text = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
  for (const code of Object.keys(PROBLEMS)) expect(text).toContain(`\`${code}\``)
})
