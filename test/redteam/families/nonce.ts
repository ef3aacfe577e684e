import { randomBytes } from 'node:crypto'
import { issueNonce } from '../../../packages/server/src/token/nonce.ts'
import { challenge, newOrder, post } from '../../service-shopper.ts'
import { headerOf, payloadOf, signed } from '../../support/token-mutations.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { ask, honest } from '../merchant.ts'
import { SHOP_ORIGIN, type World } from '../world.ts'

/** Claims that a page of the shop signs although they are not true of it. */
function claiming(
  id: string,
  tries: string,
  expected: string,
  ...lies: readonly ((world: World) => object | Promise<object>)[]
): Attack {
  return {
    ...{ id, tries, expected },
    run: async world => {
      const outcomes: string[] = []
      for (const lie of lies) {
        const order = newOrder()
        const { token } = await honest(world, order)
        const claims = JSON.parse(payloadOf({ token }).toString())
        const payload = JSON.stringify({ ...claims, ...(await lie(world)) })
        const forgery = await signed(headerOf(world.key), payload, world.key)
        outcomes.push((await ask(world.shop, { token: forgery, order })).token)
      }
      return distinct(outcomes)
    },
  }
}

/** A nonce that the installation itself would have made then: what an attacker who waited would hold. */
const nonceOfAge =
  (ageS: number) =>
  ({ shop, nonceKey }: World) => {
    const scope = { siteKey: shop.siteKey, origin: shop.origin }
    return { nonce: issueNonce(scope, Date.now() - ageS * 1000, randomBytes(16), nonceKey) }
  }
const now = () => Math.floor(Date.now() / 1000)
const issuedAt =
  (offsetS: number, lifeS = 300) =>
  () => {
    const iat = now() + offsetS
    return { iat, exp: iat + lifeS }
  }

const FOREIGN_ORIGINS = [
  'https://shop.example.evil.example',
  'https://evil-shop.example',
  'https://shop.example@evil.example',
  'http://shop.example',
  'https://shop.example:8443',
  'https://shop.example/',
  'https://SHOP.example',
  'https://shop.example.',
  'https://xn--shp-bma.example',
  'https://shop.example, https://evil.example',
  'null',
  'file://',
  '*',
]

export const NONCE: Family = {
  name: 'nonce, site and origin',
  attacks: [
    claiming(
      'nonce.of-another-site',
      "a nonce that was given to another shop's page",
      'nonce_missing (nonce_invalid)',
      async ({ neighbour }) => ({ nonce: (await challenge(neighbour)).nonce }),
    ),
    claiming(
      'nonce.of-another-origin',
      'a nonce that another page origin of the same shop was given',
      'origin_mismatch (nonce_origin)',
      async ({ shop, otherOrigin }) => ({ nonce: (await challenge({ ...shop, origin: otherOrigin })).nonce }),
    ),
    claiming(
      'nonce.forged',
      'a nonce of random bytes, of another key, with a bit changed, respelled, or empty text',
      'nonce_missing (nonce_invalid)',
      () => ({ nonce: randomBytes(47).toString('base64url') }),
      ({ shop }) => ({
        nonce: issueNonce(
          { siteKey: shop.siteKey, origin: shop.origin },
          ...([Date.now(), randomBytes(16), randomBytes(32)] as const),
        ),
      }),
      async ({ shop }) => {
        const { nonce } = await challenge(shop)
        return { nonce: `${nonce.slice(0, 3)}${nonce[3] === 'A' ? 'B' : 'A'}${nonce.slice(4)}` }
      },
      async ({ shop }) => ({ nonce: `${(await challenge(shop)).nonce}=` }),
      () => ({ nonce: ' ' }),
    ),
    claiming(
      'nonce.none',
      'a token without a nonce, which no service would ever see twice',
      'nonce_missing (nonce_null)',
      () => ({ nonce: null }),
    ),
    claiming(
      'nonce.stale',
      'a nonce kept for the ten minutes it may live, for a second longer, and for a day',
      'ok, expired (nonce_expired)',
      nonceOfAge(595),
      nonceOfAge(601),
      nonceOfAge(86_400),
    ),
    claiming(
      'nonce.future',
      'a nonce of a time to come',
      'expired (nonce_in_future)',
      nonceOfAge(-60),
      nonceOfAge(-86_400 * 365),
    ),
    claiming(
      'site.of-another',
      "a token in another shop's name, at this one",
      'origin_mismatch (site)',
      ({ neighbour }) => ({ iss: neighbour.siteKey }),
      ({ trial }) => ({ iss: trial.siteKey }),
    ),
    {
      id: 'site.stolen-token',
      tries: "a token of this shop's page, handed in by another shop",
      expected: 'origin_mismatch (site)',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        return (await ask(world.neighbour, { token, order })).token
      },
    },
    claiming(
      'site.other-service',
      "a token made for another installation's address",
      'origin_mismatch (audience)',
      () => ({ aud: 'https://atalaya.other.example' }),
      ({ shop }) => ({ aud: `${shop.url}/` }),
      ({ shop }) => ({ aud: shop.url.replace('127.0.0.1', '127.0.0.1.evil.example') }),
    ),
    claiming(
      'origin.of-a-copy',
      'a token of a copied shop under a look-alike origin',
      'origin_mismatch (origin)',
      ...FOREIGN_ORIGINS.map(origin => () => ({ origin })),
    ),
    {
      id: 'origin.challenge',
      tries: 'asking for a nonce from look-alike origins, a sandboxed frame and a file',
      expected: '403 origin_not_allowed, none may read it',
      run: async ({ shop }) => {
        const answers = await Promise.all(
          FOREIGN_ORIGINS.map(origin =>
            post(`${shop.url}/v1/challenge`, { siteKey: shop.siteKey }, { origin }),
          ),
        )
        const readers = answers.filter(({ headers }) => headers.has('access-control-allow-origin'))
        return `${distinct(answers.map(({ status, body }) => `${status} ${body.code}`))}, ${readers.length || 'none'} may read it`
      },
    },
    {
      id: 'origin.neighbour',
      tries: "one shop's origin with the publishable key of another",
      expected: '403 origin_not_allowed',
      run: async ({ shop, neighbour }) => {
        const ask = { siteKey: neighbour.siteKey }
        const { status, body } = await post(`${shop.url}/v1/challenge`, ask, { origin: SHOP_ORIGIN })
        return `${status} ${body.code}`
      },
    },
    claiming(
      'time.expired',
      'a token 45 s past its end (clocks may differ by 60 s), 75 s past it, and a day',
      'ok, expired (exp)',
      issuedAt(-345),
      issuedAt(-375),
      issuedAt(-86_400),
    ),
    claiming(
      'time.future',
      'a token signed 45 s, 75 s and a year from now',
      'ok, expired (iat_in_future)',
      issuedAt(45),
      issuedAt(75),
      issuedAt(86_400 * 365),
    ),
    claiming(
      'time.long-life',
      'a token that gives itself more than five minutes, or an end before its beginning',
      'malformed (life)',
      issuedAt(0, 301),
      issuedAt(0, 86_400 * 365),
      issuedAt(0, -1),
      () => ({ exp: Number.MAX_SAFE_INTEGER }),
    ),
    claiming(
      'time.no-number',
      'times that are no whole numbers: text, fractions, negatives, null',
      'malformed (claims)',
      () => ({ exp: '4000000000' }),
      () => ({ iat: now() + 0.5 }),
      () => ({ iat: -1 }),
      () => ({ exp: null }),
      () => ({ exp: undefined }),
    ),
  ],
}
