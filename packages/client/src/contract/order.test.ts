import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { base64Url, orderBinding } from './order.ts'

const anyOrder = fc.record({
  id: fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }),
  amountMinor: fc.maxSafeInteger(),
  currency: fc.constantFrom('PEN', 'USD', 'JPY'),
})

describe('the order binding', () => {
  test('is SHA-256 over the documented lines', async () => {
    const text = 'atalaya-order-1\n"A-1"\n12990\nPEN'
    expect(await orderBinding({ id: 'A-1', amountMinor: 12_990, currency: 'PEN' })).toBe(
      createHash('sha256').update(text).digest('base64url'),
    )
  })

  test('tells any two orders apart', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrder, anyOrder, async (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect((await orderBinding(one)) === (await orderBinding(other))).toBe(same)
      }),
    )
  })

  test('cannot be confused by an id that holds a line end', async () => {
    const honest = await orderBinding({ id: 'a', amountMinor: 1, currency: 'PEN' })
    expect(await orderBinding({ id: 'a"\n1\nPEN', amountMinor: 1, currency: 'PEN' })).not.toBe(honest)
  })
})

test('base64url agrees with Node for all bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      expect(base64Url(bytes)).toBe(Buffer.from(bytes).toString('base64url'))
    }),
  )
})
