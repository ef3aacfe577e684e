import crypto, { randomBytes } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import { openSites } from '../../../packages/server/src/sites/index.ts'
import { issueNonce, readNonce } from '../../../packages/server/src/token/nonce.ts'
import { post } from '../../service-shopper.ts'
import { distinct, type Family } from '../attack.ts'
import { ask, newAccount, secretOf, tell } from '../merchant.ts'
import { operations } from '../routes.ts'
import type { World } from '../world.ts'

/** Asks every operation that wants the secret key, with these headers and query instead of it. */
async function everywhere(world: World, headers: Readonly<Record<string, string>>, query = '') {
  const secret = (await operations(world)).filter(({ isSecret }) => isSecret)
  return Promise.all(
    secret.map(async ({ method, path }) => {
      const answer = await fetch(`${world.service.url}${path}${query}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body: '{}' }),
      })
      return `${answer.status} ${(await answer.json()).code}`
    }),
  )
}

/** Differs from the text in one character. */
const altered = (text: string, at: number) =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

/**
 * How a look-up compares secrets: the lengths that Node.js' constant-time comparison was given, in their order. Equal
 * work for every guess is what a clock would measure, without its noise.
 */
function comparisons(look: () => unknown): string {
  const lengths: number[] = []
  const real = crypto.timingSafeEqual
  crypto.timingSafeEqual = (a, b) => {
    lengths.push(a.byteLength)
    return real(a, b)
  }
  syncBuiltinESMExports()
  try {
    look()
  } finally {
    crypto.timingSafeEqual = real
    syncBuiltinESMExports()
  }
  return lengths.join()
}

export const KEYS: Family = {
  name: 'keys',
  attacks: [
    {
      id: 'keys.none',
      tries: 'every address that wants the secret key, without one',
      expected: '401 secret_key_missing',
      run: async world => distinct(await everywhere(world, {})),
    },
    {
      id: 'keys.wrong',
      tries: 'wrong keys at every address: the public one, a retired one, one character off, too long, empty',
      expected: '401 secret_key_wrong, 401 secret_key_missing',
      run: async world => {
        const { secretKey, siteKey } = world.shop
        const guesses = [
          siteKey,
          world.retiredKey,
          altered(secretKey, secretKey.length - 1),
          altered(secretKey, 4),
          secretKey.slice(0, -1),
          `${secretKey}A`,
          secretKey.toUpperCase(),
          'sk_',
          'a'.repeat(8_000),
          ' ',
        ]
        const outcomes: string[] = []
        for (const guess of guesses)
          outcomes.push(...(await everywhere(world, { authorization: `Bearer ${guess}` })))
        return distinct(outcomes)
      },
    },
    {
      id: 'keys.elsewhere',
      tries: 'the right key where it does not belong: query, cookie, Basic, a second scheme, another header',
      expected: '401 secret_key_missing',
      run: async world => {
        const key = world.shop.secretKey
        const outcomes = await Promise.all([
          everywhere(world, {}, `?secret=${key}&access_token=${key}&authorization=Bearer%20${key}`),
          everywhere(world, { cookie: `authorization=Bearer ${key}; secret=${key}` }),
          everywhere(world, { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }),
          everywhere(world, { authorization: `Negotiate x, Bearer ${key}` }),
          everywhere(world, { authorization: key }),
          everywhere(world, {
            'x-api-key': key,
            'x-authorization': `Bearer ${key}`,
            'proxy-authorization': `Bearer ${key}`,
          }),
        ])
        return distinct(outcomes.flat())
      },
    },
    {
      id: 'keys.neighbour',
      tries: "another shop's good key at a decision, an order and a message of this shop",
      expected: '404 decision_unknown, 404 order_unknown, 404 delivery_unknown, 0 listed',
      run: async ({ shop, neighbour, hooked }) => {
        const { id, envelope } = await ask(shop, {})
        await ask(hooked, {})
        const get = async (path: string, key = neighbour) => {
          const answer = await fetch(`${shop.url}${path}`, { headers: secretOf(key) })
          return { status: answer.status, body: await answer.json() }
        }
        const delivery = (await get('/v1/webhooks/deliveries', hooked)).body.deliveries[0].id
        const answers = [
          await get(`/v1/decisions/${id}`),
          await tell(neighbour, 'events', { decisionId: id, type: 'declined' }),
          await tell(neighbour, 'labels', { orderId: envelope.event.id, fraud: true, source: 'chargeback' }),
          await post(`${shop.url}/v1/webhooks/deliveries/${delivery}/replay`, {}, secretOf(neighbour)),
        ]
        const listed = (await get(`/v1/decisions?orderId=${envelope.event.id}`)).body.decisions.length
        return `${distinct(answers.map(({ status, body }) => `${status} ${body.code}`))}, ${listed} listed`
      },
    },
    {
      id: 'keys.test-in-live',
      tries: "a test key's magic values with a live key, and a test key where real decisions are read",
      expected: '422 test_value_refused, 403 test_key_refused',
      run: async ({ shop, trial }) => {
        const asked = await Promise.all([
          ask(shop, { transaction: { account: { id: 'atalaya_test_allow' } } }),
          ask(shop, { token: 'atalaya_test_token_ok' }),
        ])
        const read = await fetch(`${shop.url}/v1/decisions`, { headers: secretOf(trial) })
        const told = await tell(trial, 'labels', { orderId: 'x', fraud: false, source: 'review' })
        return distinct([
          ...asked.map(({ token }) => token),
          `${read.status} ${(await read.json()).code}`,
          `${told.status} ${told.body.code}`,
        ])
      },
    },
    {
      id: 'keys.test-history',
      tries: 'washing an account with orders of a test key, so that it looks old and good',
      expected: 'its next real order has 0 before it',
      run: async ({ shop, trial }) => {
        const id = newAccount()
        for (let order = 0; order < 5; order++)
          await post(
            `${shop.url}/v1/verify`,
            { transaction: { id: `washed-${order}`, amountMinor: 100, currency: 'PEN', account: { id } } },
            secretOf(trial),
          )
        const judged = await ask(shop, { transaction: { account: { id } } })
        return `its next real order has ${judged.features['account_trans_count']} before it`
      },
    },
    {
      id: 'keys.timing',
      tries: 'timing the comparison of secret keys: how much of a guess is right',
      expected: 'the same constant-time comparisons of whole digests for every guess, right or wrong',
      run: async ({ dataDir, shop: { secretKey } }) => {
        const sites = openSites(dataDir)
        const guesses = [
          secretKey,
          altered(secretKey, 3),
          altered(secretKey, secretKey.length - 1),
          'sk_',
          'x'.repeat(999),
        ]
        const work = guesses.map(guess => comparisons(() => sites.bySecretKey(guess, Date.now())))
        const [first = ''] = work
        const isWhole = first.split(',').length >= sites.list().length && /^(32,?)+$/.test(first)
        const same = new Set(work).size === 1 && isWhole
        return same
          ? 'the same constant-time comparisons of whole digests for every guess, right or wrong'
          : `comparisons of ${work.join(' / ')} bytes`
      },
    },
    {
      id: 'keys.nonce-timing',
      tries: "timing the comparison of a nonce's seal",
      expected: 'one constant-time comparison of all its 16 bytes, whichever is wrong',
      run: async ({ nonceKey, shop: { siteKey, origin } }) => {
        const nonce = issueNonce({ siteKey, origin }, Date.now(), randomBytes(16), nonceKey)
        const guesses = [nonce, altered(nonce, 43), altered(nonce, 61), altered(nonce, 2)]
        const work = guesses.map(guess =>
          comparisons(() => readNonce(guess, { siteKey, origin }, Date.now(), nonceKey)),
        )
        return distinct(work) === '16'
          ? 'one constant-time comparison of all its 16 bytes, whichever is wrong'
          : `comparisons of ${work.join(' / ')} bytes`
      },
    },
  ],
}
