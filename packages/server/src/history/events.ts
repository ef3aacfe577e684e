import { u32 } from './typed.ts'

/**
 * One event in 32-bit words: time (43 bits of epoch ms, to the year 2248), kind (2), amount (51), then one
 * 32-bit fingerprint for each linked key, 0 for none.
 *
 *     word 0  time, low 32 bits
 *     word 1  time, high 11 bits | kind, 2 bits | amount, high 19 bits
 *     word 2  amount, low 32 bits
 */
export const EVENT_WORDS = 3

export const MAX_AT_MS = 2 ** 43 - 1
export const MAX_AMOUNT_MINOR = 2 ** 51 - 1

export const PAYMENT = 0
export const DECLINE = 1
export const FRAUD = 2

export type EventKind = typeof PAYMENT | typeof DECLINE | typeof FRAUD

const TWO_32 = 0x1_0000_0000

export function writeEvent(
  words: Uint32Array,
  offset: number,
  kind: EventKind,
  atMs: number,
  amountMinor: number,
): void {
  // `>>> 0` is the remainder by 2^32 of any safe integer, and far faster than `%`.
  words[offset] = atMs >>> 0
  words[offset + 1] = (Math.floor(atMs / TWO_32) << 21) | (kind << 19) | Math.floor(amountMinor / TWO_32)
  words[offset + 2] = amountMinor >>> 0
}

export function eventAtMs(words: Uint32Array, offset: number): number {
  return (u32(words, offset + 1) >>> 21) * TWO_32 + u32(words, offset)
}

export function eventKind(words: Uint32Array, offset: number): EventKind {
  const kind = (u32(words, offset + 1) >>> 19) & 3
  return kind === DECLINE ? DECLINE : kind === FRAUD ? FRAUD : PAYMENT
}

export function eventAmountMinor(words: Uint32Array, offset: number): number {
  return (u32(words, offset + 1) & 0x7ffff) * TWO_32 + u32(words, offset + 2)
}
