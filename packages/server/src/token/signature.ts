import { createHash } from 'node:crypto'
import { type CompactJWSHeaderParameters, compactVerify, EmbeddedJWK, type FlattenedJWSInput } from 'jose'
import type { TokenHeader } from './header.ts'

/** Checks signatures; holds the keys it has seen good ones of. */
export interface SignatureVerifier {
  /**
   * @param token a compact JWS whose header `readHeader` accepted
   * @param thumbprint of the key in that header
   * @returns the signed bytes, or `undefined` when the signature is not good or the key is no point of the curve
   */
  verify(token: string, thumbprint: string): Promise<Uint8Array | undefined>
}

type VerificationKey = Awaited<ReturnType<typeof EmbeddedJWK>>

/**
 * ES256 by jose with the key embedded in the header. Importing a key costs more than using it, so keys are kept,
 * the oldest given up first, and only those that have shown one good signature: a flood of made-up keys cannot push
 * out the real ones.
 *
 * @param capacity number of keys kept; one takes about 1 KB
 */
export function createSignatureVerifier(capacity = 20_000): SignatureVerifier {
  const keys = new Map<string, VerificationKey>()
  return {
    async verify(token, thumbprint) {
      let key = keys.get(thumbprint)
      const known = key !== undefined
      const resolve = async (head?: CompactJWSHeaderParameters, input?: FlattenedJWSInput) => {
        key ??= await EmbeddedJWK(head, input)
        return key
      }
      try {
        const { payload } = await compactVerify(token, resolve, { algorithms: ['ES256'] })
        if (!known && key) remember(keys, thumbprint, key, capacity)
        return payload
      } catch {
        // jose throws for a bad signature and for coordinates that are no point of the curve alike.
        return undefined
      }
    },
  }
}

function remember(
  keys: Map<string, VerificationKey>,
  name: string,
  key: VerificationKey,
  capacity: number,
): void {
  if (keys.size >= capacity) {
    const oldest = keys.keys().next()
    if (!oldest.done) keys.delete(oldest.value)
  }
  keys.set(name, key)
}

/** RFC 7638 thumbprint of the header's key: SHA-256 over its required members in lexical order, base64url. */
export function thumbprintOf({ jwk }: TokenHeader): string {
  return createHash('sha256')
    .update(`{"crv":"${jwk.crv}","kty":"${jwk.kty}","x":"${jwk.x}","y":"${jwk.y}"}`)
    .digest('base64url')
}
