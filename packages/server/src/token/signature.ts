import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto'
import type { CompactJws } from './compact.ts'
import { derSignature } from './der.ts'
import type { TokenHeader } from './header.ts'

/** Checks signatures; holds the keys it has seen good ones of. */
export interface SignatureVerifier {
  /**
   * @param jws whose header is `header`
   * @param thumbprint of the key in that header
   * @returns false also when the key is no point of the curve
   */
  verify(jws: CompactJws, header: TokenHeader, thumbprint: string): Promise<boolean>
}

/**
 * ES256 (RFC 7518, section 3.4) by Node.js' own cryptography, in its thread pool: beside the event loop and a third
 * of what jose costs by WebCrypto. `test/token-differential.test.ts` holds it against jose.
 *
 * Importing a key costs as much as using it, so keys are kept, the one not used for longest given up first, and only
 * those that have shown one good signature: a flood of made-up keys cannot push out the real ones.
 *
 * @param capacity number of keys kept; one takes about 2 KB
 */
export function createSignatureVerifier(capacity = 20_000): SignatureVerifier {
  const keys = new Map<string, KeyObject>()
  return {
    async verify(jws, { jwk }, thumbprint) {
      const kept = keys.get(thumbprint)
      const key = kept ?? importKey(jwk)
      if (key === undefined || !(await isSignedBy(key, jws))) return false
      // Set anew, it is the last in the map's order: the first is the one not used for longest.
      keys.delete(thumbprint)
      keys.set(thumbprint, key)
      if (keys.size > capacity) forgetFirst(keys)
      return true
    },
  }
}

function importKey(jwk: TokenHeader['jwk']): KeyObject | undefined {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    // The coordinates are no point of the curve.
    return undefined
  }
}

/**
 * OpenSSL takes the signature as DER. Node.js can convert it (`dsaEncoding: 'ieee-p1363'`), but with options beside
 * the key a call takes 35 us on this thread instead of 6: it asks whether the options are a key, which makes an error.
 */
function isSignedBy(key: KeyObject, { signingInput, signature }: CompactJws): Promise<boolean> {
  const der = derSignature(Buffer.from(signature, 'base64url'))
  return new Promise((resolve, reject) => {
    verify('sha256', Buffer.from(signingInput, 'latin1'), key, der, (error, isGood) =>
      error ? reject(error) : resolve(isGood),
    )
  })
}

function forgetFirst(keys: Map<string, KeyObject>): void {
  const first = keys.keys().next()
  if (!first.done) keys.delete(first.value)
}

/** RFC 7638 thumbprint of the header's key: SHA-256 over its required members in lexical order, base64url. */
export function thumbprintOf({ jwk }: TokenHeader): string {
  return hash('sha256', `{"crv":"${jwk.crv}","kty":"${jwk.kty}","x":"${jwk.x}","y":"${jwk.y}"}`, 'base64url')
}
