import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningService, readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { SiteverifyAnswerSchema } from '../packages/server/src/http/siteverify/answer.ts'
import { newOrder, post, type Shop, Shopper, verify } from './service-shopper.ts'

const origin = 'https://shop.example'
const isAnswer = Compile(SiteverifyAnswerSchema)
const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-siteverify-'))
const options = (port = '0') =>
  readServiceOptions({
    ...{ PORT: port, ATALAYA_DATA_DIR: dataDir, ATALAYA_SITE_ORIGINS: origin, ATALAYA_LOG_LEVEL: 'silent' },
  })
let service: RunningService
let shop: Shop
let shopper: Shopper

beforeAll(async () => {
  service = await startService(options())
  const { site, secretKey } = service.firstSite ?? { site: undefined, secretKey: '' }
  shop = { url: service.url, origin, siteKey: site?.publishableKey ?? '', secretKey }
  shopper = await Shopper.visit(shop)
})
afterAll(async () => {
  await service.close()
  rmSync(dataDir, { recursive: true })
})

/** As the libraries of reCAPTCHA and Turnstile ask. */
async function asForm(fields: Readonly<Record<string, string>>) {
  const response = await fetch(`${shop.url}/v1/siteverify`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  })
  return { status: response.status, body: await response.json() }
}
const ask = async (response: string, more: Readonly<Record<string, string>> = {}) => {
  const { status, body } = await asForm({ secret: shop.secretKey, response, ...more })
  expect(status).toBe(200)
  expect(isAnswer.Errors(body)).toEqual([])
  return body
}

describe('a token at /v1/siteverify', () => {
  test('is good once, with its action, host, time and a score that is high for the good', async () => {
    const before = Date.now()
    const token = await shopper.token(newOrder(), { act: 'login' })
    const answer = await ask(token, { remoteip: '190.232.10.4' })
    expect(answer).toMatchObject({ success: true, action: 'login', hostname: 'shop.example' })
    expect(answer['error-codes']).toEqual([])
    expect(answer.score).toBeGreaterThan(0.5)
    expect(Math.abs(Date.parse(answer.challenge_ts) - before)).toBeLessThan(5_000)
    expect(await ask(token)).toMatchObject({ success: false, 'error-codes': ['timeout-or-duplicate'] })
  })

  test('is used up for /v1/verify too, and the other way round', async () => {
    const order = newOrder()
    const first = await shopper.token(order)
    await ask(first)
    expect((await verify(shop, first, order)).body.token.status).toBe('replayed')
    const second = await shopper.token(order)
    await verify(shop, second, order)
    expect((await ask(second)).success).toBe(false)
  })

  test('gives the same answer under one idempotency key, and none to another token', async () => {
    const token = await shopper.token(newOrder())
    const key = { idempotency_key: 'attempt 1' }
    const answers = await Promise.all([ask(token, key), ask(token, key), ask(token, key)])
    answers.push(await ask(token, key))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    expect(answers[0].success).toBe(true)
    expect(await ask(await shopper.token(newOrder()), key)).toMatchObject({
      success: false,
      'error-codes': ['bad-request'],
    })
  })

  test.each([
    ['not signed by its key', 'invalid-input-response', {}, (token: string) => `${token.slice(0, -4)}AAAA`],
    ['made on another page', 'invalid-input-response', { origin: 'https://evil.example' }],
    ['made on what is no page', 'invalid-input-response', { origin: 'nowhere' }],
    ['without a nonce of ours', 'invalid-input-response', { nonce: null }],
    ['with a made-up score', 'invalid-input-response', { ps: 0.25 }],
    ['past its time', 'timeout-or-duplicate', { iat: 1_000_000_000, exp: 1_000_000_300 }],
  ] as const)('is refused when it is %s', async (_what, code, change, spoil = (token: string) => token) => {
    const answer = await ask(spoil(await shopper.token(newOrder(), change)))
    expect(answer).toMatchObject({ success: false, 'error-codes': [code] })
    expect(answer).not.toHaveProperty('score')
  })

  test('stays used over a restart', async () => {
    const token = await shopper.token(newOrder())
    await ask(token)
    const { port } = service
    await service.close()
    service = await startService(options(String(port)))
    expect(await ask(token)).toMatchObject({ success: false, 'error-codes': ['timeout-or-duplicate'] })
  })
})

describe('a call of /v1/siteverify', () => {
  test('says in the words of its model what is missing or wrong', async () => {
    const codes = async (fields: Readonly<Record<string, string>>) =>
      (await asForm(fields)).body['error-codes']
    expect(await codes({})).toEqual(['missing-input-secret'])
    expect(await codes({ secret: 'sk_wrong', response: 'x' })).toEqual(['invalid-input-secret'])
    expect(await codes({ secret: shop.siteKey, response: 'x' })).toEqual(['invalid-input-secret'])
    expect(await codes({ secret: shop.secretKey })).toEqual(['missing-input-response'])
    expect(await codes({ secret: shop.secretKey, response: 'x' })).toEqual(['invalid-input-response'])
  })

  test('reads JSON as well', async () => {
    const response = await shopper.token(newOrder())
    const { body } = await post(`${shop.url}/v1/siteverify`, { secret: shop.secretKey, response })
    expect(body.success).toBe(true)
  })

  test('is refused as a problem when it is no form, gives a field twice, or an address that is none', async () => {
    const raw = async (body: string, type = 'application/x-www-form-urlencoded') => {
      const response = await fetch(`${shop.url}/v1/siteverify`, {
        ...{ method: 'POST', body, headers: { 'content-type': type } },
      })
      return [response.status, (await response.json()).code]
    }
    expect(await raw('secret=a', 'text/plain')).toEqual([415, 'media_type_unsupported'])
    expect(await raw('secret=a&secret=b')).toEqual([400, 'invalid_request'])
    expect(await raw('secret=a&remoteip=localhost')).toEqual([400, 'invalid_request'])
    expect(await raw(`secret=${'a'.repeat(300)}`)).toEqual([400, 'invalid_request'])
  })
})

describe('a list of decisions', () => {
  const list = async (query: string, key = shop.secretKey) => {
    const response = await fetch(`${shop.url}/v1/decisions${query}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    return { status: response.status, body: await response.json() }
  }

  test('has every decision of the site once, newest first, over its pages', async () => {
    const made: string[] = []
    for (let count = 0; count < 7; count++) made.push((await verify(shop, null, newOrder())).body.id)
    const seen: string[] = []
    for (let cursor: string | null = ''; cursor !== null && seen.length < 7; ) {
      const { body } = await list(`?limit=3${cursor && `&cursor=${cursor}`}`)
      expect(body.decisions.length).toBeLessThanOrEqual(3)
      seen.push(...body.decisions.map(({ id }: { id: string }) => id))
      cursor = body.next
    }
    expect(seen.slice(0, 7)).toEqual(made.toReversed())
  })

  test('narrows by order, outcome, token and time', async () => {
    const order = newOrder()
    const { body } = await verify(shop, null, order)
    const one = await list(`?orderId=${order.id}`)
    expect(one.body).toMatchObject({ decisions: [{ id: body.id, orderId: order.id }], next: null })
    const { receivedAtMs, decision } = one.body.decisions[0]
    const ids = async (query: string) =>
      (await list(query)).body.decisions.map(({ id }: { id: string }) => id)
    expect(await ids(`?decision=${decision}&tokenStatus=absent&from=${receivedAtMs}`)).toContain(body.id)
    expect(await ids(`?tokenStatus=ok&from=${receivedAtMs}`)).not.toContain(body.id)
    expect(await ids(`?to=${receivedAtMs}`)).not.toContain(body.id)
  })

  test('is of the caller’s own site', async () => {
    const { secretKey } = service.sites.add({
      ...{ name: 'Other', origins: [], currency: 'PEN', timeZone: 'America/Lima', country: 'PE' },
    })
    expect((await list('', secretKey)).body).toEqual({ decisions: [], next: null })
    expect((await list('', 'sk_wrong')).status).toBe(401)
  })

  test.each([
    ['?limit=0', '/limit'],
    ['?limit=x', '/limit'],
    ['?limit=1&limit=2', '/limit'],
    ['?cursor=-1', '/cursor'],
    ['?decision=maybe', '/decision'],
    ['?from=yesterday', '/from'],
    ['?constructor=1', '/constructor'],
    ['?__proto__=1', '/__proto__'],
  ])('refuses %s and names the parameter', async (query, pointer) => {
    expect(await list(query)).toMatchObject({ status: 400, body: { code: 'invalid_request', pointer } })
  })
})
