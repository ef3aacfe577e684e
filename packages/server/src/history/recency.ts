import { upperBound } from './search.ts'
import { f64, u32 } from './typed.ts'
import { RETENTION_MS, WINDOWS } from './windows.ts'
import { cut, type WordReader, type WordWriter } from './wire.ts'

const FIRST_CAPACITY = 16
/** Distinct keys held at most. With half of it left after thinning the relative standard error is 9 %. */
const MAX_KEYS = 256
const HINTS = WINDOWS.length

/**
 * The linked keys of a busy entity in the order they were last seen: fingerprint, time, number of payments.
 * The distinct keys of a window are the ones last seen in it, so they are counted by two binary searches.
 *
 * Exact up to 256 keys alive in 90 days. Beyond, only keys whose fingerprint ends in `level` zero bits are
 * kept and every one stands for `2^level`: distinct sampling (Gibbons, VLDB 2001). Fingerprints are keyed
 * hashes, so nobody outside can choose keys that are left out.
 */
export class RecencyList {
  /** Fingerprints, then payments with each if those are counted. */
  #words: Uint32Array
  readonly #counted: boolean
  /** Where each window began when it was last counted, then the times. */
  #times: Float64Array
  #capacity: number
  #length = 0
  #level = 0

  private constructor(capacity: number, counted: boolean) {
    this.#capacity = capacity
    this.#counted = counted
    this.#words = new Uint32Array(counted ? capacity * 2 : capacity)
    this.#times = new Float64Array(HINTS + capacity)
  }

  /** @param counted whether `paymentsOf` will be asked */
  static empty(counted: boolean): RecencyList {
    return new RecencyList(FIRST_CAPACITY, counted)
  }

  static read(reader: WordReader): RecencyList {
    const capacity = reader.count()
    const list = new RecencyList(capacity, reader.word() === 1)
    list.#length = reader.count()
    list.#level = reader.count()
    if (list.#length > capacity) throw cut()
    for (let i = 0; i < list.#length; i++) {
      list.#words[i] = reader.word()
      if (list.#counted) list.#words[capacity + i] = reader.word()
      list.#times[HINTS + i] = reader.double()
    }
    return list
  }

  write(writer: WordWriter): void {
    writer.word(this.#capacity)
    writer.word(this.#counted ? 1 : 0)
    writer.word(this.#length)
    writer.word(this.#level)
    for (let i = 0; i < this.#length; i++) {
      writer.word(u32(this.#words, i))
      if (this.#counted) writer.word(this.#payments(i))
      writer.double(this.#atMs(i))
    }
  }

  get bytes(): number {
    return this.#words.byteLength + this.#times.byteLength
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
      if (this.#counted) payments = this.#payments(from) + 1
      lastAtMs = Math.max(atMs, this.#atMs(from))
      if (from < this.#length - 1) this.#shift(from, from + 1, this.#length)
      from = this.#length - 1
    }
    let to = from
    while (to > 0 && this.#atMs(to - 1) > lastAtMs) to--
    if (to < from) this.#shift(to + 1, to, from)
    this.#words[to] = fingerprint
    if (this.#counted) this.#words[this.#capacity + to] = payments
    this.#times[HINTS + to] = lastAtMs
  }

  /** Payments with the linked key, 0 when it is not held. */
  paymentsOf(fingerprint: number): number {
    const at = this.#find(fingerprint)
    return at < 0 ? 0 : this.#payments(at)
  }

  /**
   * Raises the counts of the `WINDOWS` that end at `atMs` to the distinct keys last seen in them. Windows that
   * start at `knownFromMs` or later have their count already. As a sample may show fewer keys in a longer
   * window than were counted in a shorter, a count is never less than the one before it.
   */
  raiseWindows(atMs: number, windowsMs: Float64Array, knownFromMs: number, counts: Float64Array): void {
    const end = this.#upperBound(atMs, this.#length)
    const scale = 2 ** this.#level
    let least = 0
    for (let i = 0; i < HINTS; i++) {
      const startMs = atMs - f64(windowsMs, i)
      if (startMs < knownFromMs) {
        const start = this.#upperBound(startMs, f64(this.#times, i))
        this.#times[i] = start
        least = Math.max(least, (end - start) * scale)
      }
      least = Math.max(least, f64(counts, i))
      counts[i] = least
    }
  }

  #sampled(fingerprint: number): boolean {
    return (fingerprint & (2 ** this.#level - 1)) === 0
  }

  /** From the newest back, since it is mostly the same keys that come again. */
  #find(fingerprint: number): number {
    const words = this.#words
    let at = this.#length - 1
    while (at >= 0 && u32(words, at) !== fingerprint) at--
    return at
  }

  #atMs(index: number): number {
    return f64(this.#times, HINTS + index)
  }

  #payments(index: number): number {
    return u32(this.#words, this.#capacity + index)
  }

  /** Number of entries whose time is not after `atMs`, looked for around the one given. */
  #upperBound(atMs: number, near: number): number {
    return upperBound(this.#times, HINTS, 1, this.#length, atMs, near)
  }

  /** Moves the entries from `from` up to `end` so that they begin at `to`. */
  #shift(to: number, from: number, end: number): void {
    this.#words.copyWithin(to, from, end)
    if (this.#counted)
      this.#words.copyWithin(this.#capacity + to, this.#capacity + from, this.#capacity + end)
    this.#times.copyWithin(HINTS + to, HINTS + from, HINTS + end)
  }

  /** Forgets expired keys; if that is not enough, grows; if that is not allowed, halves the sample. */
  #makeRoom(atMs: number): void {
    const newestMs = Math.max(atMs, this.#atMs(this.#length - 1))
    const expired = this.#upperBound(newestMs - RETENTION_MS, this.#length)
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
    this.#length = kept
  }

  #resize(capacity: number): void {
    const words = new Uint32Array(this.#counted ? capacity * 2 : capacity)
    words.set(this.#words.subarray(0, this.#length))
    if (this.#counted)
      words.set(this.#words.subarray(this.#capacity, this.#capacity + this.#length), capacity)
    const times = new Float64Array(HINTS + capacity)
    times.set(this.#times)
    this.#words = words
    this.#times = times
    this.#capacity = capacity
  }
}
