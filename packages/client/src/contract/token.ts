import type { TokenClaims } from './claims.ts'
import { MAX_TOKEN_BYTES, TOKEN_TYPE } from './limits.ts'
import { base64Url } from './order.ts'

/** The public half of a device key, in the members that go into a token's header and no others. */
export interface DeviceJwk {
  readonly kty: 'EC'
  readonly crv: 'P-256'
  readonly x: string
  readonly y: string
}

/** A device key; the private half may be one that cannot be exported. */
export interface DeviceKey {
  readonly publicJwk: DeviceJwk
  readonly privateKey: CryptoKey
}

/** A token came out longer than the service reads. */
export class TokenTooLongError extends Error {
  readonly code = 'token_too_long'
  constructor(bytes: number) {
    super(
      `the token has ${bytes} bytes, at most ${MAX_TOKEN_BYTES} are allowed; shorten action, order or session id`,
    )
  }
}

/**
 * Signs claims as a compact JWS: ES256, `typ` {@link TOKEN_TYPE}, public `jwk` in the header (RFC 7515, RFC 7518).
 * WebCrypto's ECDSA gives the 64-byte r||s that JOSE wants, so nothing is converted.
 *
 * @throws {TokenTooLongError} when the token would exceed {@link MAX_TOKEN_BYTES}
 */
export async function signToken(claims: TokenClaims, key: DeviceKey): Promise<string> {
  const encode = (part: object) => base64Url(new TextEncoder().encode(JSON.stringify(part)))
  const { kty, crv, x, y } = key.publicJwk
  const input = `${encode({ alg: 'ES256', typ: TOKEN_TYPE, jwk: { kty, crv, x, y } })}.${encode(claims)}`
  const signature = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.privateKey,
    new TextEncoder().encode(input),
  )
  const token = `${input}.${base64Url(new Uint8Array(signature))}`
  if (token.length > MAX_TOKEN_BYTES) throw new TokenTooLongError(token.length)
  return token
}

/** Makes a P-256 signing key whose private half cannot be exported. */
export async function createDeviceKey(): Promise<DeviceKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ])
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey)
  return {
    publicJwk: { kty: 'EC', crv: 'P-256', x: jwk.x ?? '', y: jwk.y ?? '' },
    privateKey: pair.privateKey,
  }
}
