import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EventAnswerSchema, LabelAnswerSchema } from '../packages/server/src/http/follow-ups/answer.ts'
import { type RunningService, readServiceOptions, startService } from '../packages/server/src/http/index.ts'
import { openSecrets } from '../packages/server/src/sites/index.ts'
import { rebuildState } from '../packages/server/src/state/index.ts'
import { type JsonAnswer, newOrder, post, type Shop } from './service-shopper.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'atalaya-follow-ups-'))
let service: RunningService
let shop: Shop

const start = () =>
  startService(readServiceOptions({ PORT: '0', ATALAYA_DATA_DIR: dataDir, ATALAYA_LOG_LEVEL: 'silent' }))

beforeAll(async () => {
  service = await start()
  const { site, secretKey } = service.firstSite ?? { site: undefined, secretKey: '' }
  shop = { url: service.url, origin: 'https://shop.example', siteKey: site?.publishableKey ?? '', secretKey }
})
afterAll(async () => {
  await service.close()
  rmSync(dataDir, { recursive: true })
})

const isAnswer = { events: Compile(EventAnswerSchema), labels: Compile(LabelAnswerSchema) }

const secret = () => ({ authorization: `Bearer ${shop.secretKey}` })
async function tell(path: 'events' | 'labels', body: unknown, headers: Record<string, string> = secret()) {
  const answer = await post(`${service.url}/v1/${path}`, body, headers)
  if (answer.status === 200) expect(isAnswer[path].Errors(answer.body)).toEqual([])
  return answer
}
const read = async (decisionId: string) =>
  (await fetch(`${service.url}/v1/decisions/${decisionId}`, { headers: secret() })).json()

/** A card that nobody used before. */
let cards = 0
const newCard = () => `card-${++cards}`

/** Has an order judged that is paid with a card. */
async function buy(card: string, order = newOrder()): Promise<{ id: string; order: typeof order }> {
  const transaction = {
    ...order,
    ...{ account: { id: 'a-1' }, payment: { method: 'card', cardFingerprint: card } },
  }
  const { body } = await post(`${service.url}/v1/verify`, { transaction }, secret())
  return { id: body.id, order }
}

/** What the history of the next order of a card says of its last minute. */
async function lastMinute(card: string): Promise<{ declines: number; frauds: number }> {
  const { id } = await buy(card)
  const view = service.reader.get(id)?.envelope.history.card
  return { declines: view?.declines?.[0] ?? -1, frauds: view?.frauds?.[0] ?? -1 }
}

describe('an event', () => {
  test('is acknowledged as it was stored and shown with the decision', async () => {
    const { id, order } = await buy(newCard())
    const occurredAtMs = Date.now() - 1_000
    const event = { type: 'declined', occurredAtMs, reason: 'insufficient_funds' }
    const { status, body } = await tell('events', { orderId: order.id, ...event })
    expect(status).toBe(200)
    expect(body).toMatchObject({ ...event, decisionId: id, orderId: order.id, repeated: false })
    expect((await tell('events', { decisionId: id, type: 'authorised' })).body).toMatchObject({
      reason: null,
      repeated: false,
    })
    const { events, labels } = await read(id)
    expect(events).toMatchObject([{ decisionId: id, ...event }, { type: 'authorised' }])
    expect(labels).toEqual([])
  })

  test('of an order belongs to the latest decision on it', async () => {
    const { order } = await buy(newCard())
    const second = await buy(newCard(), order)
    const { body } = await tell('events', { orderId: order.id, type: 'captured' })
    expect(body.decisionId).toBe(second.id)
  })

  test('that is a decline counts for the next order, others do not', async () => {
    const card = newCard()
    const { id } = await buy(card)
    await tell('events', { decisionId: id, type: 'authorised' })
    await tell('events', { decisionId: id, type: 'refunded' })
    expect(await lastMinute(card)).toEqual({ declines: 0, frauds: 0 })
    await tell('events', { decisionId: id, type: 'declined' })
    expect(await lastMinute(card)).toEqual({ declines: 1, frauds: 0 })
  })

  test('counts once however often and however parallel it is told, and again at another time', async () => {
    const card = newCard()
    const { id, order } = await buy(card)
    const occurredAtMs = Date.now() - 2_000
    const event = { type: 'declined', occurredAtMs }
    const both = [
      { decisionId: id, ...event },
      { orderId: order.id, ...event },
    ]
    const answers = await Promise.all([...both, ...both, ...both].map(body => tell('events', body)))
    answers.push(await tell('events', both[0]))
    expect(answers.filter(({ body }) => !body.repeated)).toHaveLength(1)
    expect(new Set(answers.map(({ body }) => body.receivedAtMs)).size).toBe(1)
    await tell('events', { decisionId: id, type: 'declined', occurredAtMs: occurredAtMs + 1 })
    expect(await lastMinute(card)).toEqual({ declines: 2, frauds: 0 })
  })

  test('without a time counts once for each decision', async () => {
    const card = newCard()
    const first = await buy(card)
    await tell('events', { orderId: first.order.id, type: 'declined' })
    expect((await tell('events', { decisionId: first.id, type: 'declined' })).body.repeated).toBe(true)
    await buy(card, first.order)
    expect((await tell('events', { orderId: first.order.id, type: 'declined' })).body.repeated).toBe(false)
    expect(await lastMinute(card)).toEqual({ declines: 2, frauds: 0 })
  })

  test('from the future happened when it arrived', async () => {
    const card = newCard()
    const { id } = await buy(card)
    const { body } = await tell('events', {
      decisionId: id,
      ...{ type: 'declined', occurredAtMs: Date.now() + 86_400_000 },
    })
    expect(body.occurredAtMs).toBe(body.receivedAtMs)
    expect(await lastMinute(card)).toEqual({ declines: 1, frauds: 0 })
  })
})

describe('a label', () => {
  test('of fraud counts once for an order, also after it was taken back', async () => {
    const card = newCard()
    const { id, order } = await buy(card)
    await tell('labels', { orderId: order.id, fraud: true, source: 'issuer_alert' })
    expect(await lastMinute(card)).toEqual({ declines: 0, frauds: 1 })
    await tell('labels', { decisionId: id, fraud: false, source: 'claim' })
    await tell('labels', { decisionId: id, fraud: true, source: 'chargeback', state: 'won' })
    expect(await lastMinute(card)).toEqual({ declines: 0, frauds: 1 })
    expect((await read(id)).labels).toHaveLength(3)
  })

  test('holds when it was observed latest, whatever the order of arrival; all are kept', async () => {
    const { id } = await buy(newCard())
    const nowMs = Date.now()
    const label = (fraud: boolean, agoMs: number) =>
      tell('labels', { decisionId: id, fraud, source: 'review', observedAtMs: nowMs - agoMs })
    expect((await label(true, 2_000)).body).toMatchObject({ inForce: true, repeated: false })
    expect((await label(false, 1_000)).body).toMatchObject({ fraud: false, inForce: true })
    expect((await label(true, 3_000)).body).toMatchObject({ fraud: true, inForce: false })
    expect((await label(true, 2_000)).body).toMatchObject({ inForce: false, repeated: true })
    const { labels } = await read(id)
    expect(labels.map(({ fraud, inForce }: Record<string, unknown>) => [fraud, inForce])).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ])
  })

  test('without a time is a repetition while its source says the same', async () => {
    const { id } = await buy(newCard())
    const label = async (fraud: boolean) =>
      (await tell('labels', { decisionId: id, fraud, source: 'review' })).body.repeated
    expect([await label(true), await label(true), await label(false), await label(true)]).toEqual([
      ...[false, true, false, false],
    ])
  })
})

describe('answers a fault with a problem', () => {
  const code = ({ status, body }: JsonAnswer) => [status, body.code, body.pointer]

  test('for an order and a decision that the site does not have', async () => {
    const { id, order } = await buy(newCard())
    const event = { type: 'captured' }
    expect(code(await tell('events', { orderId: 'nobody', ...event }))).toEqual([
      404,
      'order_unknown',
      undefined,
    ])
    expect(code(await tell('events', { decisionId: 'dec_x', ...event }))).toEqual([
      404,
      'decision_unknown',
      undefined,
    ])
    const other = service.sites.add({
      ...{ name: 'Other', origins: [], currency: 'PEN', timeZone: 'America/Lima', country: 'PE' },
    })
    const headers = { authorization: `Bearer ${other.secretKey}` }
    expect((await tell('events', { orderId: order.id, ...event }, headers)).status).toBe(404)
    expect((await tell('labels', { decisionId: id, fraud: true, source: 'x' }, headers)).status).toBe(404)
  })

  test('for a missing or wrong key', async () => {
    const { id } = await buy(newCard())
    const event = { decisionId: id, type: 'captured' }
    expect(code(await tell('events', event, {}))[1]).toBe('secret_key_missing')
    expect(code(await tell('labels', {}, { authorization: `Bearer ${shop.siteKey}` }))[1]).toBe(
      'secret_key_wrong',
    )
  })

  test.each([
    ['events', 'no payment', { type: 'captured' }, '/decisionId'],
    ['events', 'two references', { decisionId: 'd', orderId: 'o', type: 'captured' }, '/decisionId'],
    ['events', 'a wrong type', { orderId: 'o', type: 'lost' }, '/type'],
    [
      'events',
      'a time in seconds with a fraction',
      { orderId: 'o', type: 'captured', occurredAtMs: 1.5 },
      '/occurredAtMs',
    ],
    ['events', 'an unknown field', { orderId: 'o', type: 'captured', at: 1 }, '/at'],
    ['labels', 'no verdict', { orderId: 'o', source: 'review' }, '/fraud'],
    ['labels', 'no source', { orderId: 'o', fraud: true }, '/source'],
    ['labels', 'an empty state', { orderId: 'o', fraud: true, source: 'review', state: '' }, '/state'],
  ] as const)('naming in /v1/%s %s by its pointer', async (path, _what, body, pointer) => {
    expect(code(await tell(path, body))).toEqual([400, 'invalid_request', pointer])
  })
})

test('both routes are in the API description', async () => {
  const { paths } = await (await fetch(`${service.url}/openapi.json`)).json()
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/v1/events', '/v1/labels']))
})

test('metrics count events and labels without any identifier', async () => {
  const text = await (await fetch(`${service.url}/metrics`)).text()
  expect(text).toMatch(/atalaya_events_total\{type="declined"\} [1-9]/)
  expect(text).toMatch(/atalaya_labels_total\{fraud="true"\} [1-9]/)
})

test('after a restart the history is the running service’s to the bit, and nothing counts twice', async () => {
  const card = newCard()
  const occurredAtMs = Date.now() - 500
  const tellAll = async ({ id }: { readonly id: string }) => [
    await tell('events', { decisionId: id, type: 'declined', occurredAtMs }),
    await tell('labels', { decisionId: id, fraud: true, source: 'chargeback', observedAtMs: occurredAtMs }),
  ]
  const bought = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const payment = await buy(card)
      await tellAll(payment)
      return payment
    }),
  )
  await expectSameRebuilt(card)
  await service.close()
  service = await start()
  const again = (await Promise.all(bought.map(tellAll))).flat()
  expect(again.every(({ status, body }) => status === 200 && body.repeated)).toBe(true)
  expect(await lastMinute(card)).toEqual({ declines: 60, frauds: 60 })
  await expectSameRebuilt(card)
})

/** What the running service knows of a card at its next order is what the store alone would give. */
async function expectSameRebuilt(card: string): Promise<void> {
  const rebuilt = await rebuildState(service.reader, openSecrets(dataDir).historyKey, Date.now())
  const next = service.reader.get((await buy(card)).id)
  if (!next) throw new Error('a decision that was answered is stored')
  const { seq, envelope } = next
  expect(rebuilt.arrive(envelope.event)).toEqual({ seq, history: envelope.history })
}
