import { hash, timingSafeEqual } from 'node:crypto'
import { NONCE_LIFE_MS } from '@atalaya/client/contract'
import { hmacSha256 } from '../base/hmac.ts'

const VERSION = 1
const RANDOM_BYTES = 16
const ORIGIN_TAG_BYTES = 8
const MAC_BYTES = 16
const ORIGIN_TAG_AT = 1 + 6 + RANDOM_BYTES
const MAC_AT = ORIGIN_TAG_AT + ORIGIN_TAG_BYTES
const NONCE_BYTES = MAC_AT + MAC_BYTES
const NONCE_TEXT = /^[A-Za-z0-9_-]{63}$/

/** What a nonce is made for. */
export interface NonceScope {
  /** Publishable key of the site. */
  readonly siteKey: string
  /** Origin of the page that asked for it. */
  readonly origin: string
}

/** A nonce that this installation issued to this site and origin, and that has not expired. */
export interface Nonce {
  /** 128 random bits, base64url: what single use is kept by. */
  readonly id: string
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

/** Why a nonce is refused. `nonce_invalid` covers every text this installation did not make for this site. */
export type NonceFault = 'nonce_invalid' | 'nonce_origin' | 'nonce_expired' | 'nonce_in_future'

/**
 * Makes a stateless nonce: version (1 byte), issue time in ms (6), random bits (16), origin tag (8), then the first
 * 128 bits of HMAC-SHA256 over all of these and the site (16), base64url: 63 characters. The site itself does not
 * travel; the origin does as a tag, so that a nonce stolen by another page is told apart from a forged one.
 *
 * @param random 16 random bytes
 * @param key secret of the installation, at least 32 bytes
 */
export function issueNonce(
  scope: NonceScope,
  issuedAtMs: number,
  random: Uint8Array,
  key: Uint8Array,
): string {
  if (random.length !== RANDOM_BYTES) throw new RangeError(`a nonce takes ${RANDOM_BYTES} random bytes`)
  const bytes = Buffer.alloc(NONCE_BYTES)
  bytes.writeUInt8(VERSION, 0)
  bytes.writeUIntBE(issuedAtMs, 1, 6)
  bytes.set(random, 7)
  bytes.set(originTag(scope.origin), ORIGIN_TAG_AT)
  bytes.set(mac(bytes.subarray(0, MAC_AT), scope.siteKey, key), MAC_AT)
  return bytes.toString('base64url')
}

/** Reads a nonce back; needs no memory of its issue. */
export function readNonce(
  text: string,
  scope: NonceScope,
  nowMs: number,
  key: Uint8Array,
): { readonly nonce: Nonce } | { readonly fault: NonceFault; readonly nonce?: Nonce } {
  if (!NONCE_TEXT.test(text)) return { fault: 'nonce_invalid' }
  const bytes = Buffer.from(text, 'base64url')
  // The last character carries two unused bits: another spelling of the same bytes is not what was issued.
  if (
    bytes.length !== NONCE_BYTES ||
    bytes.readUInt8(0) !== VERSION ||
    bytes.toString('base64url') !== text
  ) {
    return { fault: 'nonce_invalid' }
  }
  const expected = mac(bytes.subarray(0, MAC_AT), scope.siteKey, key)
  if (!timingSafeEqual(expected, bytes.subarray(MAC_AT))) return { fault: 'nonce_invalid' }
  const issuedAtMs = bytes.readUIntBE(1, 6)
  const nonce: Nonce = {
    id: bytes.toString('base64url', 7, ORIGIN_TAG_AT),
    issuedAtMs,
    expiresAtMs: issuedAtMs + NONCE_LIFE_MS,
  }
  if (!originTag(scope.origin).equals(bytes.subarray(ORIGIN_TAG_AT, MAC_AT))) {
    return { fault: 'nonce_origin', nonce }
  }
  if (nowMs > nonce.expiresAtMs) return { fault: 'nonce_expired', nonce }
  // Only a service whose clock went back sees this; the tolerance is that of several replicas.
  if (issuedAtMs > nowMs + CLOCK_TOLERANCE_MS) return { fault: 'nonce_in_future', nonce }
  return { nonce }
}

const CLOCK_TOLERANCE_MS = 5_000
const MAC_PURPOSE = Buffer.from('atalaya-nonce\n')

function originTag(origin: string): Buffer {
  return Buffer.from(hash('sha256', origin, 'binary'), 'latin1').subarray(0, ORIGIN_TAG_BYTES)
}

function mac(head: Buffer, siteKey: string, key: Uint8Array): Buffer {
  const message = Buffer.concat([MAC_PURPOSE, head, Buffer.from(siteKey)])
  return Buffer.from(hmacSha256(key)(message, 'binary'), 'latin1').subarray(0, MAC_BYTES)
}
