import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { newOrder } from '../../service-shopper.ts'
import {
  base64Url,
  bytesOf,
  FIELD_PRIME,
  headerOf,
  parts,
  payloadOf,
  type SigningKey,
  signed,
} from '../../support/token-mutations.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { ask, honest } from '../merchant.ts'
import type { World } from '../world.ts'

/** What a forger has: a real page's payload with a fresh nonce, and keys of its own. */
interface Forger {
  readonly payload: Buffer
  readonly key: SigningKey
  readonly world: World
}

/** Tokens that are forged around an honest payload; each has a nonce of its own. */
function forged(
  id: string,
  tries: string,
  expected: string,
  ...forgers: readonly ((forger: Forger) => string | Promise<string>)[]
): Attack {
  const run = async (world: World) => {
    const outcomes: string[] = []
    for (const forge of forgers) {
      const order = newOrder()
      const { token } = await honest(world, order)
      const forgery = await forge({ payload: payloadOf({ token }), key: world.key, world })
      outcomes.push((await ask(world.shop, { token: forgery, order })).token)
    }
    return distinct(outcomes)
  }
  return { id: `token.${id}`, tries, expected, run }
}

/** The header is changed and really signed. */
const withHeader = (change: object) => (forger: Forger) =>
  signed(headerOf(forger.key, change), forger.payload, forger.key)
/** The key in the header is another; the signature stays the forger's. */
const withJwk = (change: (jwk: SigningKey['jwk']) => object) => (forger: Forger) =>
  signed(headerOf(forger.key, { jwk: change(forger.key.jwk) }), forger.payload, forger.key)
/** Header and payload in the compact form, signed by any means. */
const compact = (header: object | string, payload: Buffer, seal: (input: string) => Uint8Array) => {
  const input = `${base64Url(typeof header === 'string' ? header : JSON.stringify(header))}.${base64Url(payload)}`
  return `${input}.${base64Url(seal(input))}`
}

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' })
const typ = 'behavior+jwt'

/** Signed by a key of another curve, with its own `alg`, in the fixed form of JOSE. */
const ofCurve = (alg: string, namedCurve: string, digest: string) => (forger: Forger) => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  return compact({ alg, typ, jwk: jwkOf(publicKey) }, forger.payload, input =>
    sign(digest, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  )
}
const byRsa = (bits: number) => (forger: Forger) => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return compact({ alg: 'RS256', typ, jwk: jwkOf(publicKey) }, forger.payload, input =>
    sign('sha256', Buffer.from(input), privateKey),
  )
}
/** Signed with the public key as the secret, or with a secret that the header brings along. */
const byHmac = (
  alg: string,
  digest: string,
  jwk: (key: SigningKey) => object,
  secret: (key: SigningKey) => string,
) => {
  return ({ key, payload }: Forger) =>
    compact({ alg, typ, jwk: jwk(key) }, payload, input =>
      createHmac(digest, secret(key)).update(input).digest(),
    )
}

export const TOKEN_HEADER: Family = {
  name: 'token header',
  attacks: [
    forged(
      'alg-none',
      'a token with "alg": "none" and no signature',
      'malformed (not_compact_jws)',
      ({ payload, key }) => compact(headerOf(key, { alg: 'none' }), payload, () => new Uint8Array()),
      ({ payload, key }) => compact(headerOf(key, { alg: 'NONE' }), payload, () => new Uint8Array()),
    ),
    forged(
      'alg-none-signed',
      'a token with "alg": "none" in any spelling and a good signature',
      'malformed (header_alg)',
      ...['none', 'None', 'nOnE', '', null, 0, ['none'], { alg: 'none' }].map(alg => withHeader({ alg })),
    ),
    forged(
      'alg-hmac',
      'algorithm confusion: HMAC keyed with the public key that the header carries',
      'malformed (not_compact_jws), malformed (header_alg)',
      byHmac(
        'HS256',
        'sha256',
        ({ jwk }) => jwk,
        ({ jwk }) => JSON.stringify(jwk),
      ),
      byHmac(
        'HS512',
        'sha512',
        ({ jwk }) => jwk,
        ({ jwk }) => JSON.stringify(jwk),
      ),
    ),
    forged(
      'alg-oct',
      'a symmetric key in the header, and HMAC by it',
      'malformed (header_alg), malformed (header_jwk)',
      byHmac(
        'HS512',
        'sha512',
        () => ({ kty: 'oct', k: base64Url('secret') }),
        () => 'secret',
      ),
      withJwk(() => ({ kty: 'oct', k: base64Url('secret') })),
    ),
    forged(
      'alg-rsa',
      'an RSA key in the header, really signed by it',
      'malformed (not_compact_jws), malformed (header_alg)',
      byRsa(2048),
      byRsa(512),
    ),
    forged(
      'rsa-oversized',
      'an RSA key of 16,384 bits in the header, to keep the verifier busy',
      'malformed (too_long)',
      withJwk(() => ({ kty: 'RSA', n: base64Url(Buffer.alloc(2048, 0xff)), e: 'AQAB' })),
    ),
    forged(
      'curve-384',
      'a P-384 or P-521 key in the header, really signed by it',
      'malformed (not_compact_jws)',
      ofCurve('ES384', 'P-384', 'sha384'),
      ofCurve('ES512', 'P-521', 'sha512'),
    ),
    forged(
      'curve-k1',
      "Bitcoin's curve under the name of P-256 and under its own",
      'malformed (header_alg), bad_signature',
      ofCurve('ES256K', 'secp256k1', 'sha256'),
      ({ payload }) => {
        const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
        return compact({ alg: 'ES256', typ, jwk: { ...jwkOf(publicKey), crv: 'P-256' } }, payload, input =>
          sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }),
        )
      },
    ),
    forged(
      'alg-eddsa',
      'an Ed25519 key in the header, whose signature is as long as ours',
      'malformed (header_alg), malformed (header_jwk)',
      ...['EdDSA', 'ES256'].map(alg => ({ payload }: Forger) => {
        const { publicKey, privateKey } = generateKeyPairSync('ed25519')
        return compact({ alg, typ, jwk: jwkOf(publicKey) }, payload, input =>
          sign(null, Buffer.from(input), privateKey),
        )
      }),
    ),
    forged(
      'point-off-curve',
      'an invalid-curve key: coordinates of no point of P-256, and the point at infinity',
      'bad_signature',
      withJwk(jwk => ({ ...jwk, y: jwk.x })),
      withJwk(jwk => ({ ...jwk, x: base64Url(Buffer.alloc(32)), y: base64Url(Buffer.alloc(32)) })),
      withJwk(jwk => ({ ...jwk, x: base64Url(Buffer.alloc(32, 0xff)) })),
    ),
    forged(
      'point-unreduced',
      'the same point by coordinates beyond the field, for a second thumbprint',
      'bad_signature',
      withJwk(jwk => ({ ...jwk, x: base64Url(bytesOf(FIELD_PRIME)) })),
      withJwk(jwk => ({ ...jwk, y: base64Url(bytesOf(FIELD_PRIME)) })),
    ),
    forged(
      'key-respelled',
      'the same key in other spellings, to be a new device every time',
      'malformed (header_jwk)',
      withJwk(jwk => ({ ...jwk, x: `${jwk.x}=` })),
      withJwk(jwk => ({
        ...jwk,
        x: base64Url(Buffer.concat([Buffer.alloc(1), Buffer.from(jwk.x, 'base64url')])),
      })),
      withJwk(jwk => ({ ...jwk, kid: 'another' })),
    ),
    forged(
      'key-private',
      'a header that carries a private key or restricts its own',
      'malformed (header_jwk)',
      withJwk(jwk => ({ ...jwk, d: base64Url(Buffer.alloc(32, 1)) })),
      withJwk(jwk => ({ ...jwk, key_ops: ['sign'] })),
      withJwk(jwk => ({ ...jwk, alg: 'none' })),
    ),
    {
      id: 'token.key-by-url',
      tries: 'a key by address (jku, x5u, jwk.x5u): the service is made to fetch it',
      expected: 'malformed (header_member), malformed (header_jwk); 0 connections',
      run: async world => {
        const before = world.bait.connections()
        const url = `${world.bait.url}/keys`
        const tokens = [
          withHeader({ jku: url }),
          withHeader({ x5u: url }),
          withHeader({ jku: url, jwk: undefined }),
          withJwk(jwk => ({ ...jwk, x5u: url })),
        ]
        const outcomes: string[] = []
        for (const forge of tokens) {
          const order = newOrder()
          const { token } = await honest(world, order)
          const forgery = await forge({ payload: payloadOf({ token }), key: world.key, world })
          outcomes.push((await ask(world.shop, { token: forgery, order })).token)
        }
        return `${distinct(outcomes)}; ${world.bait.connections() - before} connections`
      },
    },
    forged(
      'kid',
      'a key id that is a path, a command or SQL, and a certificate chain',
      'malformed (header_member)',
      ...['../../../../dev/null', "x' UNION SELECT 'key", '| id', '/dev/null'].map(kid =>
        withHeader({ kid }),
      ),
      withHeader({ x5c: ['MIIB'] }),
    ),
    forged(
      'crit-b64',
      'an unencoded payload (b64: false) and extensions declared critical',
      'malformed (header_member)',
      withHeader({ b64: false, crit: ['b64'] }),
      withHeader({ crit: [] }),
      withHeader({ crit: ['exp'] }),
      withHeader({ zip: 'DEF' }),
    ),
    forged(
      'typ',
      'typ confusion: an access token, a proof or a logout token signed by the same key',
      'malformed (header_typ)',
      ...['JWT', 'at+jwt', 'dpop+jwt', 'logout+jwt', 'application/behavior+jwt', 'Behavior+JWT', null].map(
        given => withHeader({ typ: given }),
      ),
    ),
    forged(
      'header-prototype',
      'a prototype in the header that would answer for missing members',
      'malformed (header_member)',
      ({ payload, key }) =>
        signed(`{"__proto__":${headerOf(key)},"alg":"ES256","typ":"${typ}"}`, payload, key),
      ({ payload, key }) => signed(headerOf(key).replace('{', '{"constructor":{},'), payload, key),
    ),
    forged(
      'header-twice',
      'a header that names its algorithm twice, so that two readers disagree',
      'malformed (header_alg)',
      ({ payload, key }) => signed(`${headerOf(key).slice(0, -1)},"alg":"none"}`, payload, key),
    ),
    forged(
      'header-of-another',
      "another device's header before a payload of one's own, to inherit its history",
      'bad_signature',
      async ({ payload, key, world }) => {
        const victim = await honest(world, newOrder())
        return signed(Buffer.from(parts(victim.token)[0], 'base64url'), payload, key)
      },
    ),
  ],
}
