import { f64 } from './typed.ts'

/**
 * Number of records, sorted by time, whose time is not after `atMs`. `length` records of `stride` doubles begin at
 * `first`, each with its time.
 *
 * The search begins around `near` and is short when the answer is close to it. Windows move on with the clock, so
 * where one began at the last view is nearly where it begins now; a binary search would wait for memory at each of
 * its steps. A wrong guess costs time and changes nothing.
 */
export function upperBound(
  values: Float64Array,
  first: number,
  stride: number,
  length: number,
  atMs: number,
  near: number,
): number {
  let low = Math.min(near, length)
  let high = low
  let step = 1
  if (low < length && f64(values, first + low * stride) <= atMs) {
    low++
    high = low
    while (high < length && f64(values, first + high * stride) <= atMs) {
      low = high + 1
      high = Math.min(high + step, length)
      step *= 2
    }
  } else {
    while (low > 0 && f64(values, first + (low - 1) * stride) > atMs) {
      high = low - 1
      low = Math.max(low - step, 0)
      step *= 2
    }
  }
  while (low < high) {
    const middle = (low + high) >>> 1
    if (f64(values, first + middle * stride) <= atMs) low = middle + 1
    else high = middle
  }
  return low
}
