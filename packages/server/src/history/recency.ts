import { f64, u32 } from './typed.ts'
import { RETENTION_MS } from './windows.ts'
import type { WordReader, WordWriter } from './wire.ts'

const FIRST_CAPACITY = 16
/** Distinct keys held at most. With half of it left after thinning the relative standard error is 9 %. */
const MAX_KEYS = 256

/**
 * The linked keys of a busy entity in the order they were last seen: fingerprint, time, number of payments.
 * The distinct keys of a window are the ones last seen in it, so they are counted by two binary searches.
 *
 * Exact up to 256 keys alive in 90 days. Beyond, only keys whose fingerprint ends in `level` zero bits are
 * kept and every one stands for `2^level`: distinct sampling (Gibbons, VLDB 2001). Fingerprints are keyed
 * hashes, so nobody outside can choose keys that are left out.
 */
export class RecencyList {
  #fingerprints = new Uint32Array(FIRST_CAPACITY)
  #payments = new Uint32Array(FIRST_CAPACITY)
  #times = new Float64Array(FIRST_CAPACITY)
  #length = 0
  #level = 0

  static read(reader: WordReader): RecencyList {
    const list = new RecencyList()
    list.#resize(reader.count())
    list.#length = reader.count()
    list.#level = reader.count()
    list.#fingerprints.set(reader.words(list.#length))
    list.#payments.set(reader.words(list.#length))
    reader.doubles(list.#times, list.#length)
    return list
  }

  write(writer: WordWriter): void {
    writer.word(this.#fingerprints.length)
    writer.word(this.#length)
    writer.word(this.#level)
    writer.words(this.#fingerprints.subarray(0, this.#length))
    writer.words(this.#payments.subarray(0, this.#length))
    for (let i = 0; i < this.#length; i++) writer.double(f64(this.#times, i))
  }

  get bytes(): number {
    return this.#fingerprints.byteLength * 4
  }

  /** Whether every key is held, so that counts are exact. */
  get complete(): boolean {
    return this.#level === 0
  }

  /** Notes a payment with the linked key. */
  see(fingerprint: number, atMs: number): void {
    if (!this.#sampled(fingerprint)) return
    let from = this.#fingerprints.indexOf(fingerprint)
    let payments = 1
    let lastAtMs = atMs
    if (from < 0) {
      if (this.#length === this.#fingerprints.length) this.#makeRoom(atMs)
      if (!this.#sampled(fingerprint)) return
      from = this.#length++
    } else {
      payments = u32(this.#payments, from) + 1
      lastAtMs = Math.max(atMs, f64(this.#times, from))
      this.#shift(from, from + 1, this.#length)
      from = this.#length - 1
    }
    let to = from
    while (to > 0 && f64(this.#times, to - 1) > lastAtMs) to--
    if (to < from) this.#shift(to + 1, to, from)
    this.#fingerprints[to] = fingerprint
    this.#payments[to] = payments
    this.#times[to] = lastAtMs
  }

  /** Payments with the linked key, 0 when it is not held. */
  paymentsOf(fingerprint: number): number {
    const at = this.#fingerprints.indexOf(fingerprint)
    return at < 0 ? 0 : u32(this.#payments, at)
  }

  /** Distinct keys last seen in `(fromMs, toMs]`; an estimate unless `complete`. */
  distinct(fromMs: number, toMs: number): number {
    return (this.#upperBound(toMs) - this.#upperBound(fromMs)) * 2 ** this.#level
  }

  #sampled(fingerprint: number): boolean {
    return (fingerprint & (2 ** this.#level - 1)) === 0
  }

  #upperBound(atMs: number): number {
    let low = 0
    let high = this.#length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (f64(this.#times, middle) <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Moves the entries from `from` up to `end` so that they begin at `to`. */
  #shift(to: number, from: number, end: number): void {
    this.#fingerprints.copyWithin(to, from, end)
    this.#payments.copyWithin(to, from, end)
    this.#times.copyWithin(to, from, end)
  }

  /** Forgets expired keys; if that is not enough, grows; if that is not allowed, halves the sample. */
  #makeRoom(atMs: number): void {
    const newestMs = Math.max(atMs, f64(this.#times, this.#length - 1))
    const expired = this.#upperBound(newestMs - RETENTION_MS)
    if (expired > 0) {
      this.#keep(index => index >= expired)
    } else if (this.#length < MAX_KEYS) {
      this.#resize(this.#length * 2)
    } else {
      while (this.#length === MAX_KEYS) {
        this.#level++
        this.#keep(index => this.#sampled(u32(this.#fingerprints, index)))
      }
    }
  }

  #keep(wanted: (index: number) => boolean): void {
    let kept = 0
    for (let i = 0; i < this.#length; i++) {
      if (wanted(i)) this.#shift(kept++, i, i + 1)
    }
    // Stale fingerprints past the end would be found by `indexOf`.
    this.#fingerprints.fill(0, kept)
    this.#length = kept
  }

  #resize(capacity: number): void {
    const fingerprints = new Uint32Array(capacity)
    fingerprints.set(this.#fingerprints)
    const payments = new Uint32Array(capacity)
    payments.set(this.#payments)
    const times = new Float64Array(capacity)
    times.set(this.#times)
    this.#fingerprints = fingerprints
    this.#payments = payments
    this.#times = times
  }
}
