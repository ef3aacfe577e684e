import { newOrder, post } from '../../service-shopper.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { ask, honest, isReady, newAccount, secretOf } from '../merchant.ts'
import type { World } from '../world.ts'

type Body = string | Buffer<ArrayBuffer>

/** What is looked at in an answer: a problem's code, or parts of a decision. */
interface Answered {
  readonly code?: string
  readonly id: string
  readonly token: { readonly status: string }
}

async function send({ shop }: World, body: Body, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${shop.url}/v1/verify`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...secretOf(shop), ...headers },
  })
  return { status: response.status, body: (await response.json()) as Answered }
}

/** Bodies that are meant to do harm, after which the service is as it was. */
function hostile(
  id: string,
  tries: string,
  expected: string,
  bodies: readonly (Body | ((order: object) => Body))[],
): Attack {
  return {
    ...{ id: `body.${id}`, tries, expected },
    run: async world => {
      const outcomes: (string | number)[] = []
      for (const body of bodies) {
        const order = { ...newOrder(), account: { id: newAccount() } }
        const answer = await send(world, typeof body === 'function' ? body(order) : body)
        outcomes.push(answer.body.code === undefined ? answer.status : `${answer.status} ${answer.body.code}`)
      }
      return `${distinct(outcomes)}${(await isReady(world.shop)) ? '' : '; not ready any more'}`
    },
  }
}

const whole = (order: object, more: object = {}) => JSON.stringify({ transaction: { ...order, ...more } })
/** JSON text with a member put in front of the others of its outermost object. */
const prefixed = (text: string, member: string) => text.replace('{', `{${member},`)
const nested = (depth: number, [open, close]: readonly [string, string]) =>
  open.repeat(depth) + close.repeat(depth)

export const BODY: Family = {
  name: 'body and JSON',
  attacks: [
    {
      id: 'body.member-twice',
      tries:
        'an amount given twice, so that the binding is checked on one and the decision made on the other',
      expected: 'order_mismatch (order) for the first amount, ok for the last; both judged by the last',
      run: async world => {
        const outcomes: string[] = []
        const judgedBy: boolean[] = []
        for (const bound of ['first', 'last'] as const) {
          const order = newOrder()
          const last = order.amountMinor * 100
          const { token } = await honest(world, bound === 'first' ? order : { ...order, amountMinor: last })
          const text = JSON.stringify({ token, transaction: { ...order, account: { id: newAccount() } } })
          const twice = text.replace('"currency"', `"amountMinor":${last},"currency"`)
          const { body } = await send(world, twice)
          const stored = await fetch(`${world.shop.url}/v1/decisions/${body.id}`, {
            headers: secretOf(world.shop),
          })
          const { tokenDetail, envelope } = await stored.json()
          outcomes.push(
            `${body.token.status}${tokenDetail === null ? '' : ` (${tokenDetail})`} for the ${bound}${bound === 'first' ? ' amount' : ''}`,
          )
          judgedBy.push(envelope.event.amountMinor === last)
        }
        return `${outcomes.join(', ')}; ${judgedBy.every(Boolean) ? 'both judged by the last' : 'judged by another'}`
      },
    },
    hostile(
      'prototype',
      'prototype pollution: __proto__ and constructor at every depth of an order',
      '400 invalid_request',
      [
        order => prefixed(whole(order), '"__proto__":{"token":"x"}'),
        order => prefixed(whole(order), '"constructor":{"prototype":{"admin":true}}'),
        order => whole(order).replace('"account":{', '"account":{"__proto__":{"emailVerified":true},'),
        order => whole(order).replace('"account":{', '"account":{"prototype":{},'),
        order => whole(order, { metadata: { a: 1 } }).replace('"a":1', '"__proto__":{"a":1}'),
        order => whole(order, { items: [{ id: '1' }] }).replace('"id":"1"', '"__proto__":{"digital":true}'),
      ],
    ),
    {
      id: 'body.prototype-metadata',
      tries: 'metadata named __proto__, constructor, toString, hasOwnProperty and then',
      expected: '200; the next order knows nothing of it, and the service is ready',
      run: async world => {
        const order = { ...newOrder(), account: { id: newAccount() } }
        const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then', 'toJSON']
        const metadata = `{${names.map(name => `"${name}":"x"`).join(',')}}`
        const { status } = await send(
          world,
          whole(order, { metadata: 0 }).replace('"metadata":0', `"metadata":${metadata}`),
        )
        const next = await ask(world.shop, {})
        const clean = Object.keys(next.envelope.event.metadata).length === 0
        const ready = await isReady(world.shop)
        return `${status}; the next order knows ${clean ? 'nothing' : 'something'} of it, and the service is ${ready ? 'ready' : 'not ready'}`
      },
    },
    hostile(
      'deep',
      'arrays and objects nested thirty thousand deep, whole and cut off',
      '400 invalid_request, 400 malformed_json',
      [
        nested(30_000, ['[', ']']),
        `{"transaction":${nested(10_000, ['{"a":', '}']).replace('}', '1}')}}`,
        order =>
          whole(order, { metadata: 0 }).replace(
            '"metadata":0',
            `"metadata":{"a":${nested(25_000, ['[', ']'])}}`,
          ),
        '['.repeat(60_000),
        '{"a":'.repeat(12_000),
      ],
    ),
    hostile(
      'numbers',
      'numbers of sixty thousand digits, beyond a double, and words for none',
      '400 invalid_request, 400 malformed_json',
      [
        order => whole(order).replace(/"amountMinor":\d+/, `"amountMinor":${'9'.repeat(60_000)}`),
        order => whole(order).replace(/"amountMinor":\d+/, '"amountMinor":1e999999999'),
        order => whole(order).replace(/"amountMinor":\d+/, '"amountMinor":NaN'),
        order => whole(order).replace(/"amountMinor":\d+/, '"amountMinor":0x2710'),
        order => whole(order).replace(/"amountMinor":\d+/, '"amountMinor":-Infinity'),
      ],
    ),
    hostile(
      'regex',
      'texts made to send patterns back and forth: mail, telephone, language, JSON strings',
      '400 invalid_request, 200, 400 malformed_json',
      [
        order => whole(order, { account: { id: 'a', email: '@'.repeat(254) } }),
        order =>
          whole(order, {
            account: { id: newAccount(), email: `${'a.'.repeat(120)}a@a`, phone: `+${'1-('.repeat(10)}` },
          }),
        order => whole(order, { acceptLanguage: 'a-'.repeat(128) }),
        order => whole(order, { acceptLanguage: `${';q=0.'.repeat(42)}x` }),
        order =>
          whole(order, { recipient: 'a '.repeat(64), account: { id: newAccount(), email: 'aa@a.pe' } }),
        `{"token":"${'\\u0041'.repeat(10_000)}`,
        `"${'a'.repeat(65_000)}`,
        ' '.repeat(65_000),
      ],
    ),
    hostile('width', 'ten thousand fields, items or metadata at once', '400 invalid_request', [
      `{${Array.from({ length: 6_000 }, (_, index) => `"f${index}":1`).join(',')}}`,
      order => whole(order, { items: Array.from({ length: 10_000 }, () => ({})) }),
      order =>
        whole(order, {
          metadata: Object.fromEntries(Array.from({ length: 4_000 }, (_, index) => [`f${index}`, 1])),
        }),
    ]),
    hostile(
      'encoding',
      'bodies in UTF-16 and overlong UTF-8, with a byte order mark, cut inside a letter',
      '400 malformed_json',
      [
        order => Buffer.from(whole(order), 'utf16le'),
        Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
        Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
        Buffer.from([0x22, 0xe2, 0x82, 0x22]),
        Buffer.from('{"a":"\u0001"}'),
      ],
    ),
    hostile(
      'surrogates',
      'half letters (lone surrogates), which all become the same bytes when they are hashed',
      '400 malformed_json',
      [
        order => whole(order, { id: '\ud800' }),
        order => whole(order, { account: { id: 'rosa-\udfff' } }),
        order => whole(order, { metadata: { a: '\ud800\ud800' } }),
        '{"\\ud800":1}',
      ],
    ),
    {
      id: 'body.nul',
      tries: 'a NUL inside an order id, to be read as the shorter one',
      expected: 'each id finds its own decision alone',
      run: async ({ shop }) => {
        const { id } = newOrder()
        const ids = [`${id}x`, `${id}x\u0000y`]
        for (const one of ids) await ask(shop, { order: { ...newOrder(), id: one } })
        const found = await Promise.all(
          ids.map(async one => {
            const query = `${shop.url}/v1/decisions?orderId=${encodeURIComponent(one)}`
            const { decisions } = await (await fetch(query, { headers: secretOf(shop) })).json()
            return decisions.map((line: { readonly orderId: string }) => line.orderId)
          }),
        )
        return found.every((list, index) => list.length === 1 && list[0] === ids[index])
          ? 'each id finds its own decision alone'
          : JSON.stringify(found)
      },
    },
    {
      id: 'body.media-type',
      tries: 'JSON under other types and encodings, which filters in front may read in another way',
      expected: '415 media_type_unsupported',
      run: async world => {
        const body = whole({ ...newOrder(), account: { id: newAccount() } })
        const headers = [
          { 'content-type': 'text/plain' },
          { 'content-type': 'text/json' },
          { 'content-type': 'application/json; charset=utf-16' },
          { 'content-type': 'application/json;charset=utf-7' },
          { 'content-type': 'multipart/form-data; boundary=x' },
          { 'content-type': 'application/x-www-form-urlencoded' },
          { 'content-encoding': 'gzip' },
          { 'content-encoding': 'br' },
        ]
        const answers = await Promise.all(headers.map(one => send(world, body, one)))
        return distinct(answers.map(answer => `${answer.status} ${answer.body.code}`))
      },
    },
    {
      id: 'body.form-twice',
      tries: 'a form for /v1/siteverify with a field twice, and with a prototype',
      expected: '400 invalid_request, 200 missing-input-secret',
      run: async ({ shop }) => {
        const outcomes: string[] = []
        for (const form of [
          `secret=${shop.secretKey}&response=a&response=b`,
          `secret=wrong&secret=${shop.secretKey}`,
          `__proto__[secret]=${shop.secretKey}&response=a`,
          `constructor=1&secret[]=${shop.secretKey}`,
        ]) {
          const { status, body } = await post(`${shop.url}/v1/siteverify`, form, {
            'content-type': 'application/x-www-form-urlencoded',
          })
          outcomes.push(`${status} ${body.code ?? body['error-codes'].join()}`)
        }
        return distinct(outcomes)
      },
    },
  ],
}
