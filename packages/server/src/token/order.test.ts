import { orderBinding } from '@atalaya/client/contract'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderBindingNow } from './order.ts'

test('an order is bound as the contract binds it, whatever its id', async () => {
  const order = fc.record({
    id: fc.string({ unit: 'binary' }),
    amountMinor: fc.maxSafeNat(),
    currency: fc.string(),
  })
  await fc.assert(
    fc.asyncProperty(order, async one => {
      expect(orderBindingNow(one)).toBe(await orderBinding(one))
    }),
  )
})
