/**
 * Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey, PractRand), seeded through xmur3 so that labels such as
 * `shopper-17` give independent streams. Only exact integer steps and V8's own fdlibm functions are used, so the
 * same seed gives the same world on every machine with the same Node version.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  constructor(seed: string) {
    const mix = xmur3(seed)
    this.#a = mix()
    this.#b = mix()
    this.#c = mix()
    this.#d = 1
    for (let i = 0; i < 12; i++) this.#step()
  }

  #step(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0
    this.#d = (this.#d + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (this.#c << 21) | (this.#c >>> 11)
    this.#c = (this.#c + t) | 0
    return t >>> 0
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.#step() / 4_294_967_296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** Uniform integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  /** Standard normal by Box and Muller; the second value is dropped, so that one call takes a fixed two steps. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  /** Log-normal by its median and the standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal())
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** Poisson by Knuth's product of uniforms; for means up to some dozens. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let product = this.next()
    let count = 0
    while (product > limit) {
      count++
      product *= this.next()
    }
    return count
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }

  /** Picks by `share`; shares need not add up to one. */
  weighted<T extends { readonly share: number }>(items: readonly T[]): T {
    let left = this.next() * items.reduce((sum, item) => sum + item.share, 0)
    for (const item of items) {
      left -= item.share
      if (left < 0) return item
    }
    return this.pick(items)
  }

  /** Text of `length` characters of an alphabet. */
  text(length: number, alphabet: string): string {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[Math.floor(this.next() * alphabet.length)]
    return text
  }
}

export const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
export const DIGITS = '0123456789'
export const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789'

function xmur3(text: string): () => number {
  let h = 1_779_033_703 ^ text.length
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 3_432_918_353)
    h = (h << 13) | (h >>> 19)
  }
  return () => {
    h = Math.imul(h ^ (h >>> 16), 2_246_822_507)
    h = Math.imul(h ^ (h >>> 13), 3_266_489_909)
    h ^= h >>> 16
    return h >>> 0
  }
}
