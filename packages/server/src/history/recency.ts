import { u32 } from './typed.ts'
import { RETENTION_MS } from './windows.ts'
import type { WordReader, WordWriter } from './wire.ts'

const FIRST_CAPACITY = 16
/** Distinct keys held at most. With half of it left after thinning the relative standard error is 9 %. */
const MAX_KEYS = 256
const TWO_32 = 0x1_0000_0000
/** Payments share a word with the high 11 bits of the time. */
const MAX_PAYMENTS = 2 ** 21 - 1

/**
 * The linked keys of a busy entity in the order they were last seen: fingerprint, time, number of payments.
 * The distinct keys of a window are the ones last seen in it, so they are counted by two binary searches.
 *
 * Exact up to 256 keys alive in 90 days. Beyond, only keys whose fingerprint ends in `level` zero bits are
 * kept and every one stands for `2^level`: distinct sampling (Gibbons, VLDB 2001). Fingerprints are keyed
 * hashes, so nobody outside can choose keys that are left out.
 */
export class RecencyList {
  /** Columns of equal length: fingerprints; times, low 32 bits; times, high 11 bits, with the payments above. */
  #words: Uint32Array
  #capacity: number
  #length = 0
  #level = 0

  private constructor(capacity: number) {
    this.#capacity = capacity
    this.#words = new Uint32Array(capacity * 3)
  }

  static empty(): RecencyList {
    return new RecencyList(FIRST_CAPACITY)
  }

  static read(reader: WordReader): RecencyList {
    const list = new RecencyList(reader.count())
    list.#length = reader.count()
    list.#level = reader.count()
    list.#words.set(reader.words(list.#words.length))
    return list
  }

  write(writer: WordWriter): void {
    writer.word(this.#capacity)
    writer.word(this.#length)
    writer.word(this.#level)
    writer.words(this.#words)
  }

  get bytes(): number {
    return this.#words.byteLength
  }

  /** Whether every key is held, so that counts are exact. */
  get complete(): boolean {
    return this.#level === 0
  }

  /** Notes a payment with the linked key. */
  see(fingerprint: number, atMs: number): void {
    if (!this.#sampled(fingerprint)) return
    let from = this.#find(fingerprint)
    let payments = 1
    let lastAtMs = atMs
    if (from < 0) {
      if (this.#length === this.#capacity) this.#makeRoom(atMs)
      if (!this.#sampled(fingerprint)) return
      from = this.#length++
    } else {
      payments = Math.min(this.#payments(from) + 1, MAX_PAYMENTS)
      lastAtMs = Math.max(atMs, this.#atMs(from))
      this.#shift(from, from + 1, this.#length)
      from = this.#length - 1
    }
    let to = from
    while (to > 0 && this.#atMs(to - 1) > lastAtMs) to--
    if (to < from) this.#shift(to + 1, to, from)
    this.#words[to] = fingerprint
    this.#words[this.#capacity + to] = lastAtMs >>> 0
    this.#words[this.#capacity * 2 + to] = (payments << 11) | Math.floor(lastAtMs / TWO_32)
  }

  /** Payments with the linked key, 0 when it is not held. */
  paymentsOf(fingerprint: number): number {
    const at = this.#find(fingerprint)
    return at < 0 ? 0 : this.#payments(at)
  }

  /**
   * Raises the counts of the windows that end at `atMs` to the distinct keys last seen in them. Windows that
   * start at `knownFromMs` or later have their count already. As a sample may show fewer keys in a longer
   * window than were counted in a shorter, a count is never less than the one before it.
   */
  raiseWindows(atMs: number, windowsMs: Float64Array, knownFromMs: number, counts: Float64Array): void {
    const end = this.#upperBound(atMs)
    let least = 0
    for (let i = 0; i < windowsMs.length; i++) {
      const startMs = atMs - (windowsMs[i] ?? 0)
      if (startMs < knownFromMs) least = Math.max(least, (end - this.#upperBound(startMs)) * 2 ** this.#level)
      least = Math.max(least, counts[i] ?? 0)
      counts[i] = least
    }
  }

  #sampled(fingerprint: number): boolean {
    return (fingerprint & (2 ** this.#level - 1)) === 0
  }

  #find(fingerprint: number): number {
    const at = this.#words.indexOf(fingerprint)
    // A match in another column is a time or a number of payments.
    return at < this.#capacity ? at : -1
  }

  #atMs(index: number): number {
    const high = u32(this.#words, this.#capacity * 2 + index) & 0x7ff
    return high * TWO_32 + u32(this.#words, this.#capacity + index)
  }

  #payments(index: number): number {
    return u32(this.#words, this.#capacity * 2 + index) >>> 11
  }

  #upperBound(atMs: number): number {
    let low = 0
    let high = this.#length
    // Short windows mostly begin near the end.
    if (high > 0 && this.#atMs(high - 1) <= atMs) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#atMs(middle) <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves the entries from `from` up to `end` so that they begin at `to`. */
  #shift(to: number, from: number, end: number): void {
    for (let column = 0; column < this.#words.length; column += this.#capacity) {
      this.#words.copyWithin(column + to, column + from, column + end)
    }
  }

  /** Forgets expired keys; if that is not enough, grows; if that is not allowed, halves the sample. */
  #makeRoom(atMs: number): void {
    const newestMs = Math.max(atMs, this.#atMs(this.#length - 1))
    const expired = this.#upperBound(newestMs - RETENTION_MS)
    if (expired > 0) {
      this.#keep(index => index >= expired)
    } else if (this.#length < MAX_KEYS) {
      this.#resize(Math.min(this.#length + (this.#length >>> 1), MAX_KEYS))
    } else {
      while (this.#length === MAX_KEYS) {
        this.#level++
        this.#keep(index => this.#sampled(u32(this.#words, index)))
      }
    }
  }

  #keep(wanted: (index: number) => boolean): void {
    let kept = 0
    for (let i = 0; i < this.#length; i++) {
      if (wanted(i)) this.#shift(kept++, i, i + 1)
    }
    // A stale fingerprint past the end would be found.
    this.#words.fill(0, kept, this.#capacity)
    this.#length = kept
  }

  #resize(capacity: number): void {
    const words = new Uint32Array(capacity * 3)
    for (let column = 0; column < 3; column++) {
      words.set(
        this.#words.subarray(column * this.#capacity, (column + 1) * this.#capacity),
        column * capacity,
      )
    }
    this.#words = words
    this.#capacity = capacity
  }
}
