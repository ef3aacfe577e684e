import { generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { derSignature } from './der.ts'

const half = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n, 2n ** 255n, 2n ** 255n - 1n, 2n ** 256n - 1n),
  fc.nat(255).map(bits => 2n ** BigInt(bits)),
)
const hex = (value: bigint) => value.toString(16).padStart(64, '0')

/** The contents of a DER integer. */
function integer(value: bigint): string {
  const digits = value.toString(16)
  const even = digits.length % 2 === 1 ? `0${digits}` : digits
  const unsigned = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even
  return `02${(unsigned.length / 2).toString(16).padStart(2, '0')}${unsigned}`
}

test('r and s become the shortest integers of a sequence', () => {
  fc.assert(
    fc.property(half, half, (r, s) => {
      const body = integer(r) + integer(s)
      const wanted = `30${(body.length / 2).toString(16).padStart(2, '0')}${body}`
      expect(derSignature(Buffer.from(hex(r) + hex(s), 'hex')).toString('hex')).toBe(wanted)
    }),
  )
})

test('a converted signature verifies', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  for (let number = 0; number < 200; number++) {
    const data = Buffer.from(`text ${number}`)
    const fixed = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' })
    expect(verify('sha256', data, publicKey, derSignature(fixed))).toBe(true)
  }
})
