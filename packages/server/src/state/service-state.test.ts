import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentEvent } from '../events/payment-event.ts'
import { openSqliteStore } from '../store/index.ts'
import { commitOf } from '../store/testing/decisions.ts'
import { rebuildState } from './service-state.ts'

const KEY = new Uint8Array(16)

test('a rebuilt state gives the same views and goes on where the old one stopped', async () => {
  const payment = fc.record({
    account: fc.constantFrom('a', 'b'),
    card: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
    amount: fc.nat(10_000),
    afterMs: fc.nat(100_000),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(payment, { minLength: 1, maxLength: 30 }), async payments => {
      const folder = mkdtempSync(join(tmpdir(), 'atalaya-state-'))
      const store = await openSqliteStore(folder)
      try {
        const live = await rebuildState(store.reader, KEY, 0)
        let atMs = 1_000_000
        for (const { account, card, amount, afterMs } of payments) {
          atMs += afterMs
          const { stored } = commitOf(0)
          const event: PaymentEvent = {
            ...stored.envelope.event,
            ...{ atMs, siteAmountMinor: amount, keys: { account, ...(card && { card }) } },
          }
          const { seq, history } = live.arrive(event)
          const envelope = { ...stored.envelope, event, history }
          await store.commit({ ...commitOf(seq), stored: { ...stored, seq, id: `dec_${seq}`, envelope } })
        }
        const rebuilt = await rebuildState(store.reader, KEY, 0)
        const next = { ...commitOf(0).stored.envelope.event, atMs, keys: { account: 'a', card: 'x' } }
        expect(rebuilt.arrive(next)).toEqual(live.arrive(next))
      } finally {
        await store.close()
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns: 8 },
  )
})
