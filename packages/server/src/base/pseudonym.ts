import { createHmac } from 'node:crypto'

/** Turns an identifier into a pseudonym that only holders of the key can recompute. */
export type Pseudonymise = (kind: string, identifier: string) => string

/**
 * Keyed pseudonyms: the first 96 bits of HMAC-SHA256 over kind and identifier, base64url.
 * The kind is part of the message, so equal values of different kinds do not link.
 *
 * @param key at least 16 secret bytes of the installation
 */
export function pseudonymiser(key: Uint8Array): Pseudonymise {
  return (kind, identifier) =>
    createHmac('sha256', key).update(`${kind}\n${identifier}`).digest().subarray(0, 12).toString('base64url')
}
