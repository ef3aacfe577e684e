import { newOrder, post, type Shop } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { honest, newAccount, secretOf } from '../merchant.ts'
import { raw, request } from '../raw.ts'

let keys = 0
const newKey = () => {
  keys += 1
  return `redteam-${keys}`
}
const verify = (shop: Shop, key: string, transaction: object, more: object = {}) =>
  post(`${shop.url}/v1/verify`, { transaction, ...more }, { ...secretOf(shop), 'idempotency-key': key })
const anOrder = () => ({ ...newOrder(), account: { id: newAccount() } })

export const IDEMPOTENCY: Family = {
  name: 'idempotency',
  attacks: [
    {
      id: 'idempotency.other-body',
      tries: 'the good answer of a small order under its key, for a large one',
      expected: '409 idempotency_conflict',
      run: async ({ shop }) => {
        const key = newKey()
        const order = anOrder()
        await verify(shop, key, order)
        const { status, body } = await verify(shop, key, { ...order, amountMinor: 99_999_999 })
        return `${status} ${body.code}`
      },
    },
    {
      id: 'idempotency.respelled',
      tries: 'the same key before a body that only reads the same: order of members, spaces, a token more',
      expected: '409 idempotency_conflict',
      run: async ({ shop }) => {
        const key = newKey()
        const { id, ...rest } = anOrder()
        await verify(shop, key, { id, ...rest })
        const answers = await Promise.all([
          verify(shop, key, { ...rest, id }),
          verify(shop, key, { id, ...rest }, { token: null }),
        ])
        return distinct(answers.map(({ status, body }) => `${status} ${body.code}`))
      },
    },
    {
      id: 'idempotency.parallel',
      tries: 'one key and body forty times at once, with a token, to be counted or decided twice',
      expected: '1 answer, 1 decision on the order, token ok',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        const key = newKey()
        const body = { ...order, account: { id: newAccount() } }
        const answers = await Promise.all(
          Array.from({ length: 40 }, () => verify(world.shop, key, body, { token })),
        )
        const list = await fetch(`${world.shop.url}/v1/decisions?orderId=${order.id}`, {
          headers: secretOf(world.shop),
        })
        const made = new Set(answers.map(answer => JSON.stringify(answer.body))).size
        return `${made} answer, ${(await list.json()).decisions.length} decision on the order, token ${answers[0]?.body.token.status}`
      },
    },
    {
      id: 'idempotency.other-shop',
      tries: "another shop's key, to read its answer",
      expected: 'a decision of its own',
      run: async ({ shop, neighbour }) => {
        const key = newKey()
        const order = anOrder()
        const [one, other] = [await verify(shop, key, order), await verify(neighbour, key, order)]
        return one.body.id === other.body.id ? "the other shop's answer" : 'a decision of its own'
      },
    },
    {
      id: 'idempotency.other-route',
      tries: 'a key of /v1/verify at /v1/siteverify and the reverse, also spelt as the service keeps it',
      expected: 'answers of its own: 200, 200, 400',
      run: async ({ shop }) => {
        const key = newKey()
        const order = anOrder()
        const judged = await verify(shop, key, order)
        const siteverify = await post(`${shop.url}/v1/siteverify`, {
          ...{ secret: shop.secretKey, response: 'x', idempotency_key: key },
        })
        const crossed = await verify(shop, `siteverify ${key}`, order)
        const own = siteverify.body.success === false && judged.body.id.startsWith('dec_')
        return `answers ${own ? 'of its own' : 'of another route'}: ${[judged, siteverify, crossed].map(({ status }) => status).join(', ')}`
      },
    },
    {
      id: 'idempotency.malformed',
      tries: 'keys that are none: spaces, 256 characters, letters beyond ASCII, two at once',
      expected: '400',
      run: async ({ service, shop }) => {
        const body = JSON.stringify({ transaction: anOrder() })
        const answers = await Promise.all(
          [['a b'], ['a'.repeat(256)], ['caf\u00e9'], ['one', 'two'], ['']].map(given =>
            raw(
              service.url,
              request(
                'POST /v1/verify',
                [
                  ...given.map(key => `Idempotency-Key: ${key}`),
                  `Authorization: Bearer ${shop.secretKey}`,
                  'Content-Type: application/json',
                  `Content-Length: ${body.length}`,
                  'Connection: close',
                ],
                body,
              ),
            ),
          ),
        )
        return distinct(answers.flatMap(({ statuses }) => statuses))
      },
    },
    {
      id: 'idempotency.refused-then-good',
      tries: 'keeping a refusal under a key, so that the shop can never ask again with it',
      expected: '400 invalid_request, then 200',
      run: async ({ shop }) => {
        const key = newKey()
        const order = anOrder()
        const bad = await verify(shop, key, { ...order, amountMinor: -1 })
        return `${bad.status} ${bad.body.code}, then ${(await verify(shop, key, order)).status}`
      },
    },
  ],
}
