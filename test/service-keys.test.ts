import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type RunningService, readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { VerifyAnswerSchema } from '../packages/server/src/http/verify/answer.ts'
import { newOrder, post, type Shop, Shopper } from './service-shopper.ts'

const atalaya = fileURLToPath(new URL('../packages/server/bin/atalaya.mjs', import.meta.url))
const origin = 'https://shop.example'
const isAnswer = Compile(VerifyAnswerSchema)
const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-keys-'))
let service: RunningService
let live: Shop
let trial: Shop

beforeAll(async () => {
  service = await startService(
    readServiceOptions({
      ...{ PORT: '0', ATALAYA_DATA_DIR: dataDir, ATALAYA_SITE_ORIGINS: origin, ATALAYA_LOG_LEVEL: 'silent' },
    }),
  )
  if (!service.firstSite) throw new Error('a new data folder has a first site')
  const { site, secretKey, testSecretKey } = service.firstSite
  live = { url: service.url, origin, siteKey: site.publishableKey, secretKey }
  trial = { ...live, siteKey: site.testKeys?.publishableKey ?? '', secretKey: testSecretKey }
})
afterAll(async () => {
  await service.close()
  rmSync(dataDir, { recursive: true })
})

const ask = (shop: Shop, account: string, token?: string, order = newOrder(), key?: string) =>
  post(
    `${shop.url}/v1/verify`,
    { token, transaction: { ...order, account: { id: account } } },
    { authorization: `Bearer ${shop.secretKey}`, ...(key && { 'idempotency-key': key }) },
  )

describe('a test key', () => {
  test.each(['allow', 'challenge', 'review', 'deny'])(
    'gets %s for the account that asks for it, in the form of a live answer',
    async outcome => {
      const { status, body } = await ask(trial, `atalaya_test_${outcome}`)
      expect(status).toBe(200)
      expect(isAnswer.Errors(body)).toEqual([])
      expect(body.decision).toBe(outcome)
      expect(body.challenge.length > 0).toBe(outcome === 'challenge')
      expect(body.review !== null).toBe(outcome === 'review')
      expect(body.reasons.length > 0).toBe(outcome !== 'allow')
    },
  )

  test('gets any token status by a token that asks for it', async () => {
    for (const status of ['ok', 'expired', 'replayed', 'prescore_mismatch', 'malformed']) {
      const { body } = await ask(trial, 'rosa', `atalaya_test_token_${status}`)
      expect(body).toMatchObject({ decision: 'allow', token: { status } })
    }
  })

  test('judges real tokens of pages that use the test key, once', async () => {
    const shopper = await Shopper.visit(trial)
    const order = newOrder()
    const token = await shopper.token(order)
    expect((await ask(trial, 'rosa', token, order)).body.token).toMatchObject({ status: 'ok', key: 'kept' })
    expect((await ask(trial, 'rosa', token, order)).body.token.status).toBe('replayed')
  })

  test('does not take tokens of live pages, nor a live key those of test pages', async () => {
    const order = newOrder()
    const ofLive = await (await Shopper.visit(live)).token(order)
    const ofTrial = await (await Shopper.visit(trial)).token(order)
    expect((await ask(trial, 'rosa', ofLive, order)).body.token.status).toBe('origin_mismatch')
    expect((await ask(live, 'rosa', ofTrial, order)).body.token.status).toBe('origin_mismatch')
  })

  test('leaves no decision and no history behind', async () => {
    const account = `account-${Math.random()}`
    const before = service.reader.count()
    const { body } = await ask(trial, account)
    expect(service.reader.get(body.id)).toBeUndefined()
    expect(service.reader.count()).toBe(before)
    const judged = await ask(live, account)
    expect(service.reader.get(judged.body.id)?.envelope.history.account?.lifetimeCount).toBe(0)
  })

  test('has idempotent answers of its own', async () => {
    const order = newOrder()
    const first = await ask(trial, 'atalaya_test_deny', undefined, order, 'one-key')
    expect((await ask(trial, 'atalaya_test_deny', undefined, order, 'one-key')).body).toEqual(first.body)
    expect((await ask(trial, 'rosa', undefined, order, 'one-key')).status).toBe(409)
    expect((await ask(live, 'rosa', undefined, order, 'one-key')).body.id).toMatch(/^dec_/)
  })

  test('is refused where decisions are read and told of', async () => {
    const headers = { authorization: `Bearer ${trial.secretKey}` }
    const refused = { status: 403, body: { code: 'test_key_refused' } }
    expect(await post(`${trial.url}/v1/events`, { orderId: 'o', type: 'declined' }, headers)).toMatchObject(
      refused,
    )
    expect((await fetch(`${trial.url}/v1/decisions`, { headers })).status).toBe(403)
  })

  test('names what a test value may be', async () => {
    const { status, body } = await ask(trial, 'atalaya_test_maybe')
    expect([status, body.code, body.pointer]).toEqual([400, 'invalid_request', '/transaction/account/id'])
    expect(body.detail).toContain('atalaya_test_review')
  })
})

test('a live key refuses test values', async () => {
  expect(await ask(live, 'atalaya_test_allow')).toMatchObject({
    status: 422,
    body: { code: 'test_value_refused', pointer: '/transaction/account/id' },
  })
  expect(await ask(live, 'rosa', 'atalaya_test_token_ok')).toMatchObject({
    status: 422,
    body: { code: 'test_value_refused', pointer: '/token' },
  })
})

test('who changed what stands in the audit log, without secrets, and the log is whole', async () => {
  const atalayaOf = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [atalaya, ...args])).stdout
  const id = service.sites.list()[0]?.id ?? ''
  const rotated = await atalayaOf('sites', '--data', dataDir, 'rotate-key', id)
  const log = await atalayaOf('audit', '--data', dataDir, '--json')
  const entries = log
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(entries.map(({ action }) => action)).toEqual(['site.added', 'service.started', 'site.key_rotated'])
  expect(entries[2]).toMatchObject({ actor: expect.stringMatching(/^cli:/), subject: id })
  expect(entries[2].after.retiringKeyUntilMs).toBeGreaterThan(Date.now())
  for (const secret of [live.secretKey, trial.secretKey, /sk_\S+/.exec(rotated)?.[0] ?? '', 'Hash'])
    expect(log).not.toContain(secret)
  expect(await atalayaOf('audit', '--data', dataDir, 'verify')).toContain('The log is whole.')
  expect(await atalayaOf('audit', '--data', dataDir, 'key')).toContain('BEGIN PUBLIC KEY')
  live = { ...live, secretKey: /sk_\S+/.exec(rotated)?.[0] ?? '' }
  await vi.waitFor(async () => expect((await ask(live, 'rosa')).status).toBe(200), { timeout: 10_000 })
})

test('a running service takes a rotated key, the old one during the overlap, and new origins', async () => {
  const run = async (...args: string[]) =>
    (await promisify(execFile)(process.execPath, [atalaya, 'sites', '--data', dataDir, ...args])).stdout
  const [site] = service.sites.list()
  const id = site?.id ?? ''
  expect(await run()).toContain(live.siteKey)
  const fresh = { ...live, secretKey: /sk_\S+/.exec(await run('rotate-key', id))?.[0] ?? '' }
  await vi.waitFor(async () => expect((await ask(fresh, 'rosa')).status).toBe(200), { timeout: 10_000 })
  expect((await ask(live, 'rosa')).status).toBe(200)

  await run('change', id, '--origins', `${origin},https://new.example`)
  const page = () =>
    post(`${live.url}/v1/challenge`, { siteKey: live.siteKey }, { origin: 'https://new.example' })
  await vi.waitFor(async () => expect((await page()).status).toBe(200), { timeout: 10_000 })

  const last = {
    ...live,
    secretKey: /sk_\S+/.exec(await run('rotate-key', id, '--overlap-days', '0'))?.[0] ?? '',
  }
  await vi.waitFor(async () => expect((await ask(last, 'rosa')).status).toBe(200), { timeout: 10_000 })
  expect((await ask(fresh, 'rosa')).status).toBe(401)
  expect((await ask(live, 'rosa')).status).toBe(401)
})
