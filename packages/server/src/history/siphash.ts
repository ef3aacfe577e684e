import { HistoryError } from './errors.ts'

/**
 * SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012; the variant of the hash tables of Rust
 * and Python) with a 64-bit result in two unsigned halves. A plain hash would let an attacker choose keys that fall together in the table and slow
 * it down, or share the counters of a victim; without the key this one cannot be aimed.
 *
 * Each 64-bit word is two 32-bit ones, since BigInt is some fifty times slower.
 */
export class SipHash {
  readonly #key = new Int32Array(4)
  /** Low half of the last result, unsigned. */
  low = 0
  /** High half of the last result, unsigned. */
  high = 0

  /** @param key 16 secret bytes. @throws {HistoryError} `history_invalid_hash_key` for another length. */
  constructor(key: Uint8Array) {
    if (key.length !== 16) {
      throw new HistoryError('history_invalid_hash_key', `hash key: 16 bytes wanted, got ${key.length}`)
    }
    const view = new DataView(key.buffer, key.byteOffset, key.byteLength)
    for (let i = 0; i < 4; i++) this.#key[i] = view.getInt32(i * 4, true)
  }

  /** Hashes the first `length` bytes; the result is in `low` and `high`. */
  digest(bytes: Uint8Array, length: number = bytes.length): void {
    const k0l = this.#key[0] ?? 0
    const k0h = this.#key[1] ?? 0
    const k1l = this.#key[2] ?? 0
    const k1h = this.#key[3] ?? 0
    let v0l = k0l ^ 0x70736575
    let v0h = k0h ^ 0x736f6d65
    let v1l = k1l ^ 0x6e646f6d
    let v1h = k1h ^ 0x646f7261
    let v2l = k0l ^ 0x6e657261
    let v2h = k0h ^ 0x6c796765
    let v3l = k1l ^ 0x79746573
    let v3h = k1h ^ 0x74656462

    const blocks = length >>> 3
    // One round for every block and for the last one with the length, then three to finish.
    const rounds = blocks + 4
    let low = 0
    let high = 0
    for (let round = 0; round < rounds; round++) {
      if (round < blocks) {
        const at = round << 3
        low = word(bytes, at)
        high = word(bytes, at + 4)
      } else if (round === blocks) {
        const at = round << 3
        low = tail(bytes, at, length)
        high = tail(bytes, at + 4, length) | (length << 24)
      } else {
        low = 0
        high = 0
        if (round === blocks + 1) v2l ^= 0xff
      }
      v3l ^= low
      v3h ^= high

      // The carry of a 32-bit addition, from the top bits of its operands and its result, stays an integer.
      let sum = (v0l + v1l) | 0
      v0h = (v0h + v1h + (((v0l & v1l) | ((v0l | v1l) & ~sum)) >>> 31)) | 0
      v0l = sum
      let swap = v1l
      v1l = ((v1l << 13) | (v1h >>> 19)) ^ v0l
      v1h = ((v1h << 13) | (swap >>> 19)) ^ v0h
      swap = v0l
      v0l = v0h
      v0h = swap

      sum = (v2l + v3l) | 0
      v2h = (v2h + v3h + (((v2l & v3l) | ((v2l | v3l) & ~sum)) >>> 31)) | 0
      v2l = sum
      swap = v3l
      v3l = ((v3l << 16) | (v3h >>> 16)) ^ v2l
      v3h = ((v3h << 16) | (swap >>> 16)) ^ v2h

      sum = (v0l + v3l) | 0
      v0h = (v0h + v3h + (((v0l & v3l) | ((v0l | v3l) & ~sum)) >>> 31)) | 0
      v0l = sum
      swap = v3l
      v3l = ((v3l << 21) | (v3h >>> 11)) ^ v0l
      v3h = ((v3h << 21) | (swap >>> 11)) ^ v0h

      sum = (v2l + v1l) | 0
      v2h = (v2h + v1h + (((v2l & v1l) | ((v2l | v1l) & ~sum)) >>> 31)) | 0
      v2l = sum
      swap = v1l
      v1l = ((v1l << 17) | (v1h >>> 15)) ^ v2l
      v1h = ((v1h << 17) | (swap >>> 15)) ^ v2h
      swap = v2l
      v2l = v2h
      v2h = swap

      v0l ^= low
      v0h ^= high
    }
    this.low = (v0l ^ v1l ^ v2l ^ v3l) >>> 0
    this.high = (v0h ^ v1h ^ v2h ^ v3h) >>> 0
  }
}

function word(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
}

/** Up to four of the bytes left from `at`. */
function tail(bytes: Uint8Array, at: number, length: number): number {
  let value = 0
  for (let i = 0; i < 4 && at + i < length; i++) value |= (bytes[at + i] ?? 0) << (8 * i)
  return value
}
