import { describe, expect, it } from 'vitest'
import { SipHash } from './siphash.ts'

const PAPER_KEY = Uint8Array.from({ length: 16 }, (_, i) => i)

/** Of message 00 01 02 ... of the given length, from the reference implementation's vectors_sip64 for SipHash-2-4. */
const VECTORS: ReadonlyArray<readonly [number, string]> = [
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
  [16, '3f2acc7f57c29bdb'],
  [63, '958a324ceb064572'],
]

const MASK = 0xffff_ffff_ffff_ffffn
const rotate = (word: bigint, bits: bigint) => ((word << bits) | (word >> (64n - bits))) & MASK

/** The paper's definition, word for word, with c rounds a block and d at the end. */
function plainSipHash(key: Uint8Array, message: Uint8Array, c: number, d: number): string {
  const words = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer)
    return Array.from({ length: bytes.length / 8 }, (_, i) => view.getBigUint64(i * 8, true))
  }
  const [k0 = 0n, k1 = 0n] = words(key)
  let v0 = k0 ^ 0x736f6d6570736575n
  let v1 = k1 ^ 0x646f72616e646f6dn
  let v2 = k0 ^ 0x6c7967656e657261n
  let v3 = k1 ^ 0x7465646279746573n
  const rounds = (count: number) => {
    for (let i = 0; i < count; i++) {
      v0 = (v0 + v1) & MASK
      v1 = rotate(v1, 13n) ^ v0
      v0 = rotate(v0, 32n)
      v2 = (v2 + v3) & MASK
      v3 = rotate(v3, 16n) ^ v2
      v0 = (v0 + v3) & MASK
      v3 = rotate(v3, 21n) ^ v0
      v2 = (v2 + v1) & MASK
      v1 = rotate(v1, 17n) ^ v2
      v2 = rotate(v2, 32n)
    }
  }
  const padded = new Uint8Array(8 * (Math.floor(message.length / 8) + 1))
  padded.set(message)
  padded[padded.length - 1] = message.length & 0xff
  for (const word of words(padded)) {
    v3 ^= word
    rounds(c)
    v0 ^= word
  }
  v2 ^= 0xffn
  rounds(d)
  return (v0 ^ v1 ^ v2 ^ v3).toString(16).padStart(16, '0')
}

const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i)

describe('SipHash-1-3', () => {
  it("is the paper's definition, which gives the published values for SipHash-2-4", () => {
    for (const [length, expected] of VECTORS)
      expect(plainSipHash(PAPER_KEY, counting(length), 2, 4)).toBe(expected)
    const hash = new SipHash(PAPER_KEY)
    for (let length = 0; length < 70; length++) {
      hash.digest(counting(length))
      const found = hash.high.toString(16).padStart(8, '0') + hash.low.toString(16).padStart(8, '0')
      expect(found).toBe(plainSipHash(PAPER_KEY, counting(length), 1, 3))
    }
  })

  it('reads only the length it is told', () => {
    const hash = new SipHash(PAPER_KEY)
    hash.digest(counting(15))
    const { low } = hash
    hash.digest(counting(40), 15)
    expect(hash.low).toBe(low)
  })

  it('refuses a key that is not 16 bytes long', () => {
    expect(() => new SipHash(new Uint8Array(15))).toThrow(/16 bytes wanted, got 15/)
  })
})
