import { upperBound } from './search.ts'
import { f64 } from './typed.ts'
import { EXACT_MS, MATURE_WINDOWS, RETENTION_MS, WINDOWS } from './windows.ts'
import { cut, type WordReader, type WordWriter } from './wire.ts'

const POINT_WORDS = 3
/** Where the hints of some windows lie: the end, then the start of each window. */
export const WINDOW_HINTS = {
  view: 0,
  mature: WINDOWS.length + 1,
  sinceFraud: WINDOWS.length + MATURE_WINDOWS.length + 2,
} as const
const HINTS = WINDOW_HINTS.sinceFraud + 2
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
  /** Where windows began at the last view, for the search; then the points. */
  #points: Float64Array
  #capacity: number
  #length = 0
  /** What the curve had reached before its first point. */
  #originCount = 0
  #originSum = 0
  /** What `#evaluate` found. */
  #count = 0
  #sum = 0

  private constructor(capacity: number) {
    this.#points = new Float64Array(HINTS + capacity * POINT_WORDS)
    this.#capacity = capacity
  }

  static empty(): Curve {
    return new Curve(FIRST_CAPACITY)
  }

  /** Also the capacity is kept, since it decides when the next points are merged. */
  static read(reader: WordReader): Curve {
    const curve = new Curve(reader.count())
    curve.#length = reader.count()
    if (curve.#length > curve.#capacity) throw cut()
    curve.#originCount = reader.double()
    curve.#originSum = reader.double()
    for (let i = HINTS; i < at(curve.#length); i++) curve.#points[i] = reader.double()
    return curve
  }

  write(writer: WordWriter): void {
    writer.word(this.#capacity)
    writer.word(this.#length)
    writer.double(this.#originCount)
    writer.double(this.#originSum)
    for (let i = HINTS; i < at(this.#length); i++) writer.double(f64(this.#points, i))
  }

  get bytes(): number {
    return this.#points.byteLength
  }

  /** Adds an event; mostly the newest, seldom a late one. */
  add(atMs: number, amountMinor: number): void {
    if (this.#length === this.#capacity) this.#compact()
    const points = this.#points
    const length = this.#length
    const after = this.#upperBound(atMs, this.#length)
    if (length > 0 && atMs <= f64(points, at(length - 1)) - RETENTION_MS) return
    const below = at(after - 1)
    const countBelow = after === 0 ? this.#originCount : f64(points, below + 1)
    const sumBelow = after === 0 ? this.#originSum : f64(points, below + 2)
    // Inside a merged stretch a late event only makes the stretch heavier: what lay before it is not known.
    const merged = after > 0 && after < length && f64(points, at(after) + 1) - countBelow > 1
    if (!merged) {
      if (after < length) points.copyWithin(at(after + 1), at(after), at(length))
      points[at(after)] = atMs
      points[at(after) + 1] = countBelow
      points[at(after) + 2] = sumBelow
      this.#length++
    }
    for (let i = at(after); i < at(this.#length); i += POINT_WORDS) {
      points[i + 1] = f64(points, i + 1) + 1
      points[i + 2] = f64(points, i + 2) + amountMinor
    }
  }

  /**
   * Adds the count and sum of the windows that end at `atMs` to the arrays, which have one place per window.
   * @param hints of `WINDOW_HINTS`, the one for these windows
   */
  addWindows(
    atMs: number,
    windowsMs: Float64Array,
    hints: number,
    counts: Float64Array,
    sums: Float64Array | null,
  ): void {
    const points = this.#points
    const end = this.#upperBound(atMs, f64(points, hints))
    points[hints] = end
    this.#evaluate(atMs, end)
    const endCount = this.#count
    const endSum = this.#sum
    for (let i = 0; i < windowsMs.length; i++) {
      const startMs = atMs - f64(windowsMs, i)
      const start = this.#upperBound(startMs, f64(points, hints + 1 + i))
      points[hints + 1 + i] = start
      this.#evaluate(startMs, start)
      counts[i] = f64(counts, i) + endCount - this.#count
      if (sums !== null) sums[i] = f64(sums, i) + endSum - this.#sum
    }
  }

  /** Time of the last event not after `atMs`, or null; inside a merged stretch, of the last known one. */
  lastAtMs(atMs: number): number | null {
    const after = this.#upperBound(atMs, this.#length)
    return after === 0 ? null : f64(this.#points, at(after - 1))
  }

  /** Sets count and sum to the curve's values at a time, with `after` points not later. */
  #evaluate(atMs: number, after: number): void {
    const points = this.#points
    const low = at(after - 1)
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

  /** Number of points whose time is not after `atMs`, looked for around the one given. */
  #upperBound(atMs: number, near: number): number {
    return upperBound(this.#points, HINTS, POINT_WORDS, this.#length, atMs, near)
  }

  /** Drops what is past retention, merges old stretches, and leaves room for a quarter as many points again. */
  #compact(): void {
    const points = this.#points
    const newest = at(this.#length - 1)
    const newestAtMs = f64(points, newest)
    const expired = this.#upperBound(newestAtMs - RETENTION_MS, this.#length)
    if (expired > 0) {
      this.#originCount = f64(points, at(expired - 1) + 1)
      this.#originSum = f64(points, at(expired - 1) + 2)
    }
    const exactFrom = Math.max(
      expired,
      this.#upperBound(newestAtMs - EXACT_MS, this.#length),
      this.#length - MAX_EXACT_EVENTS,
    )
    const total = f64(points, newest + 1)
    const totalSum = f64(points, newest + 2)

    // From the newest to the oldest, packing kept points at the end of the array.
    let write = this.#length
    let end = write
    for (let i = this.#length - 1; i >= expired; i--) {
      if (i > expired && i < exactFrom - 1) {
        const start = at(i - 1)
        const stop = at(end)
        const count = f64(points, stop + 1) - f64(points, start + 1)
        const sum = f64(points, stop + 2) - f64(points, start + 2)
        const countLimit = MAX_STRETCH_SHARE * (total - f64(points, stop + 1))
        const sumLimit = MAX_STRETCH_SHARE * (totalSum - f64(points, stop + 2))
        if (count <= countLimit && sum <= sumLimit) continue
      }
      write--
      points.copyWithin(at(write), at(i), at(i + 1))
      end = write
    }
    const kept = this.#length - write
    const capacity = kept + Math.max(FIRST_CAPACITY, kept >>> 2)
    const next = new Float64Array(HINTS + capacity * POINT_WORDS)
    next.set(points.subarray(at(write), at(this.#length)), HINTS)
    this.#points = next
    this.#capacity = capacity
    this.#length = kept
  }
}

/** Where a point begins. */
function at(index: number): number {
  return HINTS + index * POINT_WORDS
}
