import { hmacSha256 } from './hmac.ts'

/** Turns an identifier into a pseudonym that only holders of the key can recompute. */
export type Pseudonymise = (kind: string, identifier: string) => string

/** 16 characters of base64url are 96 bits. */
const LENGTH = 16

/**
 * Keyed pseudonyms: the first 96 bits of HMAC-SHA256 over kind and identifier, base64url.
 * The kind is part of the message, so equal values of different kinds do not link.
 *
 * @param key at least 16 secret bytes of the installation
 */
export function pseudonymiser(key: Uint8Array): Pseudonymise {
  const hmac = hmacSha256(key)
  return (kind, identifier) => hmac(`${kind}\n${identifier}`, 'base64url').slice(0, LENGTH)
}
