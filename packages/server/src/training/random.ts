/** A seeded stream of random numbers; the same seed gives the same numbers everywhere. */
export interface Random {
  /** The next number, uniform in [0, 1). */
  next(): number
  /** The next integer, uniform in [0, bound). */
  below(bound: number): number
}

/**
 * The sfc32 generator of PractRand (C. Doty-Humphrey): 128 bits of state, in 32-bit integer arithmetic only.
 *
 * @param seed any integer
 */
export function seededRandom(seed: number): Random {
  let a = seed >>> 0
  let b = Math.floor(seed / 0x1_0000_0000) >>> 0
  let c = 0x9e3779b9
  let d = 1
  const word = () => {
    const t = (((a + b) >>> 0) + d) >>> 0
    d = (d + 1) >>> 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) >>> 0
    c = (((c << 21) | (c >>> 11)) + t) >>> 0
    return t
  }
  for (let i = 0; i < 12; i++) word()
  const next = () => word() / 0x1_0000_0000
  return { next, below: bound => Math.floor(next() * bound) }
}

/** Puts numbers into random order, in place (Fisher and Yates). */
export function shuffle(order: Uint32Array, random: Random): void {
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const kept = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = kept
  }
}
