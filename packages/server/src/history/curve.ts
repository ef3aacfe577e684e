import { f64 } from './typed.ts'
import { EXACT_MS, RETENTION_MS } from './windows.ts'
import type { WordReader, WordWriter } from './wire.ts'

const POINT_WORDS = 3
const FIRST_CAPACITY = 16
/** Largest share of what is newer that one merged stretch may hold: the bound of the error of a window. */
const MAX_STRETCH_SHARE = 0.02
/** Within `EXACT_MS` no more events than this are kept apart, or a flood on one entity would fill the memory. */
const MAX_EXACT_EVENTS = 4096

/**
 * How many events, and what sum, an entity had up to any time: the cumulative curve, kept at chosen points
 * `(time, count so far, sum so far)`. A window is the difference of two values of the curve, found by binary
 * search, whatever the number of events.
 *
 * Points within the last hour are kept for every event. Older neighbours are merged, by leaving out the point
 * between them, while the stretch holds at most 2 % of the count and of the sum that is newer. A window is
 * wrong only by what lies on the wrong side of its start inside one stretch, so by at most 2 %, however the
 * events are spread; between the points it is interpolated, which makes it far less. This is the exponential
 * histogram of Datar, Gionis, Indyk and Motwani (SIAM J. Comput. 31, 2002), kept as running totals.
 */
export class Curve {
  #points: Float64Array
  #length = 0
  /** What the curve had reached before its first point. */
  #originCount = 0
  #originSum = 0
  /** What `#evaluate` found. */
  #count = 0
  #sum = 0

  private constructor(points: Float64Array) {
    this.#points = points
  }

  static empty(): Curve {
    return new Curve(new Float64Array(FIRST_CAPACITY * POINT_WORDS))
  }

  /** Also the capacity is kept, since it decides when the next points are merged. */
  static read(reader: WordReader): Curve {
    const curve = new Curve(new Float64Array(reader.count() * POINT_WORDS))
    curve.#length = reader.count()
    curve.#originCount = reader.double()
    curve.#originSum = reader.double()
    reader.doubles(curve.#points, curve.#length * POINT_WORDS)
    return curve
  }

  write(writer: WordWriter): void {
    writer.word(this.#points.length / POINT_WORDS)
    writer.word(this.#length)
    writer.double(this.#originCount)
    writer.double(this.#originSum)
    for (let i = 0; i < this.#length * POINT_WORDS; i++) writer.double(f64(this.#points, i))
  }

  get bytes(): number {
    return this.#points.byteLength
  }

  /** Adds an event; mostly the newest, seldom a late one. */
  add(atMs: number, amountMinor: number): void {
    if (this.#length * POINT_WORDS === this.#points.length) this.#compact()
    const points = this.#points
    const length = this.#length
    const after = this.#upperBound(atMs)
    if (length > 0 && atMs <= f64(points, (length - 1) * POINT_WORDS) - RETENTION_MS) return
    const below = (after - 1) * POINT_WORDS
    const countBelow = after === 0 ? this.#originCount : f64(points, below + 1)
    const sumBelow = after === 0 ? this.#originSum : f64(points, below + 2)
    // Inside a merged stretch a late event only makes the stretch heavier: what lay before it is not known.
    const merged = after > 0 && after < length && f64(points, after * POINT_WORDS + 1) - countBelow > 1
    if (!merged) {
      points.copyWithin((after + 1) * POINT_WORDS, after * POINT_WORDS, length * POINT_WORDS)
      points[after * POINT_WORDS] = atMs
      points[after * POINT_WORDS + 1] = countBelow
      points[after * POINT_WORDS + 2] = sumBelow
      this.#length++
    }
    for (let i = after * POINT_WORDS; i < this.#length * POINT_WORDS; i += POINT_WORDS) {
      points[i + 1] = f64(points, i + 1) + 1
      points[i + 2] = f64(points, i + 2) + amountMinor
    }
  }

  /** Adds the count and sum of the windows that end at `atMs` to the arrays, which have one place per window. */
  addWindows(atMs: number, windowsMs: Float64Array, counts: Float64Array, sums: Float64Array | null): void {
    this.#evaluate(atMs)
    const endCount = this.#count
    const endSum = this.#sum
    for (let i = 0; i < windowsMs.length; i++) {
      this.#evaluate(atMs - f64(windowsMs, i))
      counts[i] = f64(counts, i) + endCount - this.#count
      if (sums !== null) sums[i] = f64(sums, i) + endSum - this.#sum
    }
  }

  /** Time of the last event not after `atMs`, or null; inside a merged stretch, of the last known one. */
  lastAtMs(atMs: number): number | null {
    const after = this.#upperBound(atMs)
    return after === 0 ? null : f64(this.#points, (after - 1) * POINT_WORDS)
  }

  /** Sets count and sum to the curve's values at a time. */
  #evaluate(atMs: number): void {
    const points = this.#points
    const after = this.#upperBound(atMs)
    const low = (after - 1) * POINT_WORDS
    this.#count = after === 0 ? this.#originCount : f64(points, low + 1)
    this.#sum = after === 0 ? this.#originSum : f64(points, low + 2)
    if (after === 0 || after === this.#length) return
    const high = low + POINT_WORDS
    const events = f64(points, high + 1) - this.#count
    if (events === 1) return
    // One of the events is on the next point itself.
    const share = (atMs - f64(points, low)) / (f64(points, high) - f64(points, low))
    const sumInside = ((f64(points, high + 2) - this.#sum) * (events - 1)) / events
    this.#count += Math.round((events - 1) * share)
    this.#sum += Math.round(sumInside * share)
  }

  /** Number of points whose time is not after `atMs`. */
  #upperBound(atMs: number): number {
    let low = 0
    let high = this.#length
    // Short windows mostly begin after the last point.
    if (high > 0 && f64(this.#points, (high - 1) * POINT_WORDS) <= atMs) return high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (f64(this.#points, middle * POINT_WORDS) <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Drops what is past retention, merges old stretches, and leaves room for a quarter as many points again. */
  #compact(): void {
    const points = this.#points
    const newest = (this.#length - 1) * POINT_WORDS
    const newestAtMs = f64(points, newest)
    const expired = this.#upperBound(newestAtMs - RETENTION_MS)
    if (expired > 0) {
      this.#originCount = f64(points, (expired - 1) * POINT_WORDS + 1)
      this.#originSum = f64(points, (expired - 1) * POINT_WORDS + 2)
    }
    const exactFrom = Math.max(
      expired,
      this.#upperBound(newestAtMs - EXACT_MS),
      this.#length - MAX_EXACT_EVENTS,
    )
    const total = f64(points, newest + 1)
    const totalSum = f64(points, newest + 2)

    // From the newest to the oldest, packing kept points at the end of the array.
    let write = this.#length
    let end = write
    for (let i = this.#length - 1; i >= expired; i--) {
      if (i > expired && i < exactFrom - 1) {
        const start = (i - 1) * POINT_WORDS
        const stop = end * POINT_WORDS
        const count = f64(points, stop + 1) - f64(points, start + 1)
        const sum = f64(points, stop + 2) - f64(points, start + 2)
        const countLimit = MAX_STRETCH_SHARE * (total - f64(points, stop + 1))
        const sumLimit = MAX_STRETCH_SHARE * (totalSum - f64(points, stop + 2))
        if (count <= countLimit && sum <= sumLimit) continue
      }
      write--
      points.copyWithin(write * POINT_WORDS, i * POINT_WORDS, (i + 1) * POINT_WORDS)
      end = write
    }
    const kept = this.#length - write
    const capacity = kept + Math.max(FIRST_CAPACITY, kept >>> 2)
    const next = new Float64Array(capacity * POINT_WORDS)
    next.set(points.subarray(write * POINT_WORDS, this.#length * POINT_WORDS))
    this.#points = next
    this.#length = kept
  }
}
