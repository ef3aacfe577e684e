import { EmbeddedJWK, jwtVerify } from 'jose'
import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { type TokenClaims, TokenClaimsSchema } from './claims.ts'
import { MAX_TOKEN_BYTES, MAX_TOKEN_LIFE_S, TOKEN_TYPE } from './limits.ts'
import { SIGNALS } from './signals.ts'
import { createDeviceKey, signToken, TokenTooLongError } from './token.ts'

/** Claims as long as an SDK makes them: every signal at its longest, long origins, every optional claim there. */
const longest: TokenClaims = {
  v: 1,
  iss: `pk_live_${'x'.repeat(32)}`,
  aud: `https://${'a'.repeat(60)}.example.com`,
  origin: `https://${'b'.repeat(60)}.example.com`,
  act: 'password_reset_confirmation',
  nonce: 'n'.repeat(120),
  jti: 'j'.repeat(22),
  iat: 4_000_000_000,
  exp: 4_000_000_000 + MAX_TOKEN_LIFE_S,
  sid: 's'.repeat(22),
  ob: 'o'.repeat(43),
  fs: 'sig-999',
  f: SIGNALS.map(([, min, max]) => (String(min).length > String(max).length ? min : max)),
  ps: 0.12345678955316544,
  pm: 'p'.repeat(64),
  ks: 'ephemeral',
  cm: 'essential',
  gpc: false,
  sv: '10.10.10-beta.10',
  vid: 'f'.repeat(32),
  vc: 0.995,
  mp: 'm'.repeat(43),
}
const claimsCheck = Compile(TokenClaimsSchema)

describe('a signed token', () => {
  test('is verified by jose with the key in its header', async () => {
    const token = await signToken(longest, await createDeviceKey())
    const { payload, protectedHeader } = await jwtVerify(token, EmbeddedJWK, {
      currentDate: new Date(longest.iat * 1000),
      typ: TOKEN_TYPE,
      algorithms: ['ES256'],
    })
    expect(payload).toEqual(longest)
    expect(Object.keys(protectedHeader)).toEqual(['alg', 'typ', 'jwk'])
    expect(Object.keys(protectedHeader.jwk ?? {})).toEqual(['kty', 'crv', 'x', 'y'])
  })

  test('stays under 2 KB with every claim at its longest', async () => {
    expect(claimsCheck.Check(longest)).toBe(true)
    const token = await signToken(longest, await createDeviceKey())
    expect(token.length).toBeLessThanOrEqual(MAX_TOKEN_BYTES)
  })

  test('is refused with a stable code when it would be longer', async () => {
    const claims = {
      ...longest,
      act: 'a'.repeat(128),
      aud: `https://${'a'.repeat(240)}`,
      origin: 'b'.repeat(256),
    }
    const signing = signToken(claims, await createDeviceKey())
    await expect(signing).rejects.toThrow(TokenTooLongError)
    await expect(signing).rejects.toMatchObject({ code: 'token_too_long' })
  })
})

test('the private half of a device key cannot be exported', async () => {
  const { privateKey } = await createDeviceKey()
  await expect(crypto.subtle.exportKey('jwk', privateKey)).rejects.toThrow(/not extractable/i)
})

test('claims that nobody declared are refused', () => {
  expect(claimsCheck.Check({ ...longest, admin: true })).toBe(false)
})
