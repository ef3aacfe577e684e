import { describe, expect, it } from 'vitest'
import { SipHash } from './siphash.ts'

const PAPER_KEY = Uint8Array.from({ length: 16 }, (_, i) => i)

/** Of message 00 01 02 ... of the given length, from the reference implementation's vectors_sip64. */
const VECTORS: ReadonlyArray<readonly [number, string]> = [
  [0, '726fdb47dd0e0e31'],
  [1, '74f839c593dc67fd'],
  [7, 'ab0200f58b01d137'],
  [8, '93f5f5799a932462'],
  [15, 'a129ca6149be45e5'],
  [16, '3f2acc7f57c29bdb'],
  [63, '958a324ceb064572'],
]

describe('SipHash-2-4', () => {
  for (const [length, expected] of VECTORS) {
    it(`gives the published value for ${length} bytes`, () => {
      const hash = new SipHash(PAPER_KEY)
      hash.digest(Uint8Array.from({ length }, (_, i) => i))
      expect(hash.high.toString(16).padStart(8, '0') + hash.low.toString(16).padStart(8, '0')).toBe(expected)
    })
  }

  it('reads only the length it is told', () => {
    const hash = new SipHash(PAPER_KEY)
    hash.digest(
      Uint8Array.from({ length: 40 }, (_, i) => i),
      15,
    )
    expect(hash.low).toBe(0x49be45e5)
  })

  it('refuses a key that is not 16 bytes long', () => {
    expect(() => new SipHash(new Uint8Array(15))).toThrow(/16 bytes wanted, got 15/)
  })
})
