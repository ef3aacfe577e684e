import { createCipheriv, randomBytes } from 'node:crypto'
import { newOrder } from '../../service-shopper.ts'
import { base64Url, bigOf, bytesOf, CURVE_ORDER, parts } from '../../support/token-mutations.ts'
import { type Attack, distinct, type Family } from '../attack.ts'
import { ask, honest } from '../merchant.ts'

/** Tokens that are changed on their way; each starts from an honest one of its own. */
function changed(
  id: string,
  tries: string,
  expected: string,
  ...changes: readonly ((token: string) => string)[]
): Attack {
  return {
    ...{ id: `signature.${id}`, tries, expected },
    run: async world => {
      const outcomes: string[] = []
      for (const change of changes) {
        const order = newOrder()
        const { token } = await honest(world, order)
        outcomes.push((await ask(world.shop, { token: change(token), order })).token)
      }
      return distinct(outcomes)
    },
  }
}

const withSignature = (change: (r: bigint, s: bigint) => Uint8Array) => (token: string) => {
  const [header, payload, signature] = parts(token)
  const bytes = Buffer.from(signature, 'base64url')
  return `${header}.${payload}.${base64Url(change(bigOf(bytes.subarray(0, 32)), bigOf(bytes.subarray(32))))}`
}
const pair = (r: bigint, s: bigint) => Buffer.concat([bytesOf(r), bytesOf(s)])
const negatedS = withSignature((r, s) => pair(r, CURVE_ORDER - s))

const withClaims = (change: object) => (token: string) => {
  const [header, payload, signature] = parts(token)
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return `${header}.${base64Url(JSON.stringify({ ...claims, ...change }))}.${signature}`
}

const der = (r: bigint, s: bigint) => {
  const integer = (value: bigint) => Buffer.concat([Buffer.from([2, 33, 0]), bytesOf(value)])
  return Buffer.concat([Buffer.from([0x30, 70]), integer(r), integer(s)])
}

export const TOKEN_SIGNATURE: Family = {
  name: 'token signature',
  attacks: [
    {
      id: 'signature.malleable',
      tries: 'the second signature that ECDSA has for the same text (r, n - s), to use a token twice',
      expected: 'ok, then replayed (used)',
      run: async world => {
        const order = newOrder()
        const { token } = await honest(world, order)
        const first = await ask(world.shop, { token, order })
        const second = await ask(world.shop, { token: negatedS(token), order })
        return `${first.token}, then ${second.token}`
      },
    },
    changed(
      'zero',
      'the psychic signature r = s = 0 (CVE-2022-21449) and its neighbours',
      'bad_signature',
      withSignature(() => pair(0n, 0n)),
      withSignature(() => pair(1n, 0n)),
      withSignature(() => pair(CURVE_ORDER, CURVE_ORDER)),
      withSignature((r, s) => pair(r + CURVE_ORDER, s)),
    ),
    changed(
      'form',
      'the same signature in DER, longer, shorter or cut off',
      'malformed (not_compact_jws)',
      withSignature(der),
      withSignature((r, s) => Buffer.concat([bytesOf(r, 48), bytesOf(s, 48)])),
      withSignature((r, s) => pair(r, s).subarray(0, 63)),
      token => token.slice(0, token.lastIndexOf('.')),
      token => `${parts(token).slice(0, 2).join('.')}.`,
    ),
    changed(
      'respelled',
      'the same bytes in other base64: padding, spaces, unused bits, the other alphabet',
      'malformed (not_compact_jws)',
      token => `${token}==`,
      token => `${token}\n`,
      token => ` ${token}`,
      token => token.slice(0, -1) + { A: 'B', Q: 'R', g: 'h', w: 'x' }[token.slice(-1)],
      token => token.replace('.', '.\u200b'),
    ),
    changed(
      'payload',
      'claims changed under the old signature: key state, pre-score, time, order binding',
      'bad_signature',
      withClaims({ ks: 'new' }),
      withClaims({ ps: 0 }),
      withClaims({ exp: 4_000_000_000 }),
      withClaims({ ob: null }),
    ),
    changed(
      'serialisation',
      'the same token as JSON serialisation, as a nested list and as an encrypted token',
      'malformed (not_compact_jws)',
      token => {
        const [header, payload, signature] = parts(token)
        return JSON.stringify({ payload, protected: header, signature })
      },
      token => `${token}.${parts(token)[2]}`,
      token => {
        const cipher = createCipheriv('aes-256-gcm', randomBytes(32), randomBytes(12))
        const text = Buffer.concat([cipher.update(token.slice(0, 300)), cipher.final()])
        const head = base64Url(JSON.stringify({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }))
        return `${head}..${base64Url(randomBytes(12))}.${base64Url(text)}.${base64Url(cipher.getAuthTag())}`
      },
    ),
    changed(
      'oversized',
      'a token of 16,000 characters, to make base64, JSON and hashing cost',
      'malformed (too_long)',
      token => token.replace('.', `.${'A'.repeat(14_000)}`),
      () => '.'.repeat(16_000),
    ),
  ],
}
