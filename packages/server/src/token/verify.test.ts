import { createDeviceKey, signToken } from '@atalaya/client/contract'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, test } from 'vitest'
import { createSignatureVerifier } from './signature.ts'
import {
  craft,
  deviceKey,
  EXPECTED,
  honestClaims,
  judge,
  NONCE_KEY,
  NOW_MS,
  nonceFor,
  tokenWith,
} from './testing/signing.ts'
import { verifyToken } from './verify.ts'

const NOW_S = NOW_MS / 1000
const HEADER = { alg: 'ES256', typ: 'behavior+jwt', jwk: deviceKey.publicJwk }

async function outcome(token: string | null | undefined, nowMs?: number) {
  const { facts, detail } = await judge(token, nowMs)
  return [facts.status, detail]
}

test('an honest token is ok and tells its session', async () => {
  const claims = await honestClaims({ vid: 'visitor-1', vc: 0.9 })
  const verdict = await judge(await craft(HEADER, claims))
  expect(verdict.detail).toBeNull()
  expect(verdict.facts).toMatchObject({
    status: 'ok',
    keyState: 'kept',
    consent: 'full',
    clientPrescore: claims.ps,
    serverPrescore: claims.ps,
    prescoreModel: 'model-1',
    nonceAgeMs: 5_000,
    clockSkewMs: 0,
    orderBound: true,
    visitorConfidence: 0.9,
  })
  expect(verdict.visitorId).toBe('visitor-1')
  expect(verdict.thumbprint).toBe(await calculateJwkThumbprint({ ...deviceKey.publicJwk }))
  expect(verdict.singleUse).toMatchObject({ jti: claims.jti, expiresAtMs: NOW_MS - 5_000 + 600_000 })
})

describe('the status is', () => {
  test('absent without a token', async () => {
    for (const none of [null, undefined, '']) expect(await outcome(none)).toEqual(['absent', null])
  })

  test('malformed for what is no compact JWS or too long', async () => {
    const token = await tokenWith()
    for (const text of [
      'x',
      'a.b.c',
      `${token}.`,
      token.replace('.', '..'),
      `${token} `,
      `${token}=`,
      token.replace(/.$/, 'B'),
    ]) {
      expect(await outcome(text)).toEqual(['malformed', 'not_compact_jws'])
    }
    expect(await outcome(token + 'A'.repeat(2048))).toEqual(['malformed', 'too_long'])
  })

  test('bad_signature when one character of the payload or the signature is another', async () => {
    const token = await tokenWith()
    const [head = '', payload = '', signature = ''] = token.split('.')
    const flip = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
    expect(await outcome(`${head}.${flip(payload)}.${signature}`)).toEqual(['bad_signature', null])
    expect(await outcome(`${head}.${payload}.${flip(signature)}`)).toEqual(['bad_signature', null])
  })

  test('malformed for claims that the SDK does not make', async () => {
    const claims = await honestClaims()
    for (const [payload, detail] of [
      ['not json', 'claims'],
      [{ ...claims, extra: 1 }, 'claims'],
      [{ ...claims, iat: 'now' }, 'claims'],
      [{ ...claims, v: 2 }, 'claims'],
      [{ ...claims, fs: 'sig-0' }, 'signal_schema'],
      [{ ...claims, f: claims.f.slice(1) }, 'signals'],
      [{ ...claims, f: claims.f.with(0, 50) }, 'signals'],
      [{ ...claims, f: claims.f.with(2, 1e9) }, 'signals'],
      [{ ...claims, exp: claims.iat + 301 }, 'life'],
      [{ ...claims, exp: claims.iat - 1 }, 'life'],
    ] as const) {
      expect(await outcome(await craft(HEADER, payload))).toEqual(['malformed', detail])
    }
  })

  test('origin_mismatch for another site, service or page', async () => {
    expect(await outcome(await tokenWith({ iss: 'pk_other' }))).toEqual(['origin_mismatch', 'site'])
    expect(await outcome(await tokenWith({ aud: 'https://other.example' }))).toEqual([
      'origin_mismatch',
      'audience',
    ])
    const origin = 'https://evil.example'
    expect(await outcome(await tokenWith({ origin, nonce: nonceFor(origin) }))).toEqual([
      'origin_mismatch',
      'origin',
    ])
    expect(await outcome(await tokenWith({ nonce: nonceFor(origin) }))).toEqual([
      'origin_mismatch',
      'nonce_origin',
    ])
  })

  test('nonce_missing without a nonce of this site', async () => {
    expect(await outcome(await tokenWith({ nonce: null }))).toEqual(['nonce_missing', 'nonce_null'])
    expect(await outcome(await tokenWith({ nonce: 'made-up' }))).toEqual(['nonce_missing', 'nonce_invalid'])
    const other = nonceFor('https://shop.example', 'pk_other')
    expect(await outcome(await tokenWith({ nonce: other }))).toEqual(['nonce_missing', 'nonce_invalid'])
  })

  test('expired past exp, past the nonce, or from the future, with a minute of tolerance', async () => {
    expect(await outcome(await tokenWith({ iat: NOW_S - 200, exp: NOW_S - 60 }))).toEqual(['ok', null])
    expect(await outcome(await tokenWith({ iat: NOW_S - 200, exp: NOW_S - 61 }))).toEqual(['expired', 'exp'])
    expect(await outcome(await tokenWith({ iat: NOW_S + 60, exp: NOW_S + 90 }))).toEqual(['ok', null])
    expect(await outcome(await tokenWith({ iat: NOW_S + 61, exp: NOW_S + 90 }))).toEqual([
      'expired',
      'iat_in_future',
    ])
    const old = nonceFor('https://shop.example', EXPECTED.siteKey, NOW_MS - 600_001)
    expect(await outcome(await tokenWith({ nonce: old }))).toEqual(['expired', 'nonce_expired'])
  })

  test('order_mismatch for another order, amount, currency or action, and not for an unbound token', async () => {
    const token = await tokenWith()
    for (const order of [
      { id: 'order-2', amountMinor: 12_990, currency: 'PEN' },
      { id: 'order-1', amountMinor: 12_991, currency: 'PEN' },
      { id: 'order-1', amountMinor: 12_990, currency: 'USD' },
    ]) {
      const context = { nowMs: NOW_MS, nonceKey: NONCE_KEY, signatures: createSignatureVerifier() }
      const { facts, detail, singleUse } = await verifyToken(token, { ...EXPECTED, order }, context)
      expect([facts.status, detail]).toEqual(['order_mismatch', 'order'])
      expect(singleUse).not.toBeNull()
    }
    expect(await outcome(await tokenWith({ act: 'login' }))).toEqual(['order_mismatch', 'action'])
    const unbound = await judge(await tokenWith({ ob: null }))
    expect(unbound.facts).toMatchObject({ status: 'ok', orderBound: false })
  })

  test('prescore_mismatch when the claimed score is another by one bit, or of an unknown model', async () => {
    const { ps } = await honestClaims()
    const next = new Float32Array([ps ?? 0])
    new Uint32Array(next.buffer)[0] = (new Uint32Array(next.buffer)[0] ?? 0) + 1
    expect(await outcome(await tokenWith({ ps: next[0] ?? 0 }))).toEqual(['prescore_mismatch', 'score'])
    expect(await outcome(await tokenWith({ pm: 'model-x' }))).toEqual(['prescore_mismatch', 'model_unknown'])
    expect(await outcome(await tokenWith({ pm: null }))).toEqual(['prescore_mismatch', 'model_unknown'])
  })

  test('ok without a pre-score, which the service then computes itself', async () => {
    const { facts } = await judge(await tokenWith({ ps: null, pm: null }))
    expect(facts).toMatchObject({ status: 'ok', clientPrescore: null, prescoreModel: 'model-1' })
    expect(facts.serverPrescore).not.toBeNull()
  })
})

describe('a header is refused before any key is imported when it', () => {
  const { publicJwk } = deviceKey
  test.each([
    ['names no algorithm', { ...HEADER, alg: 'none' }, 'header_alg'],
    ['names a symmetric algorithm', { ...HEADER, alg: 'HS256' }, 'header_alg'],
    ['names another curve’s algorithm', { ...HEADER, alg: 'ES384' }, 'header_alg'],
    ['has another type', { ...HEADER, typ: 'JWT' }, 'header_typ'],
    ['has no type', { alg: 'ES256', jwk: publicJwk }, 'header_typ'],
    ['embeds an RSA key', { ...HEADER, jwk: { kty: 'RSA', n: 'A'.repeat(342), e: 'AQAB' } }, 'header_jwk'],
    ['embeds a symmetric key', { ...HEADER, jwk: { kty: 'oct', k: 'AAAA' } }, 'header_jwk'],
    ['embeds a key of another curve', { ...HEADER, jwk: { ...publicJwk, crv: 'P-384' } }, 'header_jwk'],
    ['embeds a private key', { ...HEADER, jwk: { ...publicJwk, d: publicJwk.x } }, 'header_jwk'],
    ['embeds a short coordinate', { ...HEADER, jwk: { ...publicJwk, x: 'AA' } }, 'header_jwk'],
    ['points to a key set', { ...HEADER, jku: 'https://evil.example/jwks' }, 'header_member'],
    ['points to a certificate', { ...HEADER, x5u: 'https://evil.example/cert' }, 'header_member'],
    ['has critical extensions', { ...HEADER, crit: ['b64'], b64: false }, 'header_member'],
    ['names a key', { ...HEADER, kid: '../../etc/passwd' }, 'header_member'],
    ['is no object', '[]', 'header'],
    ['is no JSON', '{"alg":', 'header'],
  ])('%s', async (_what, header, detail) => {
    expect(await outcome(await craft(header, await honestClaims()))).toEqual(['malformed', detail])
  })
})

test('a key that is no point of the curve is a bad signature, not an error', async () => {
  const jwk = { ...deviceKey.publicJwk, y: deviceKey.publicJwk.x }
  expect(await outcome(await craft({ ...HEADER, jwk }, await honestClaims()))).toEqual([
    'bad_signature',
    null,
  ])
})

test('a token signed by one key and embedding another is a bad signature', async () => {
  const other = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', other.publicKey)
  const token = await craft({ ...HEADER, jwk: { kty: 'EC', crv: 'P-256', x, y } }, await honestClaims())
  expect(await outcome(token)).toEqual(['bad_signature', null])
  expect(await outcome(await tokenWith())).toEqual(['ok', null])
})

test('what a page says about itself is believed only under a good signature', async () => {
  const verdict = await judge((await tokenWith()).replace(/.$/, last => (last === 'A' ? 'Q' : 'A')))
  expect(verdict).toMatchObject({ thumbprint: null, visitorId: null, singleUse: null })
  expect(verdict.facts.signals).toBeNull()
})

test('no text makes it throw', async () => {
  const token = await tokenWith()
  await fc.assert(
    fc.asyncProperty(fc.nat(token.length - 1), fc.string({ maxLength: 3 }), async (at, put) => {
      const { facts } = await judge(token.slice(0, at) + put + token.slice(at + 1))
      expect(facts.status).toMatch(/^(ok|malformed|bad_signature)$/)
    }),
    { numRuns: 300 },
  )
})

test('the skew of a page’s clock is told by the service’s', async () => {
  const { facts } = await judge(await tokenWith({ iat: NOW_S - 240, exp: NOW_S + 30 }))
  expect(facts).toMatchObject({ status: 'ok', clockSkewMs: -234_001 })
  const ahead = await judge(await tokenWith({ iat: NOW_S + 30, exp: NOW_S + 300 }))
  expect(ahead.facts.clockSkewMs).toBe(30_000)
})

describe('one key has one thumbprint', () => {
  test('another spelling of its coordinates is refused', async () => {
    const { x, y } = deviceKey.publicJwk
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const next = (text: string) => text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1) ?? '') + 1]
    for (const jwk of [
      { ...deviceKey.publicJwk, x: next(x) },
      { ...deviceKey.publicJwk, y: next(y) },
    ]) {
      expect(await outcome(await craft({ ...HEADER, jwk }, await honestClaims()))).toEqual([
        'malformed',
        'header_jwk',
      ])
    }
  })
})

test('with room for one key the signatures of many are good all the same', async () => {
  const signatures = createSignatureVerifier(1)
  for (let round = 0; round < 3; round++) {
    for (const key of [deviceKey, await createDeviceKey()]) {
      const token = await signToken(await honestClaims(), key)
      const verdict = await verifyToken(token, EXPECTED, { nowMs: NOW_MS, nonceKey: NONCE_KEY, signatures })
      expect(verdict.facts.status).toBe('ok')
    }
  }
})
