import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PaymentEvent } from '../events/payment-event.ts'
import { type FollowUpMark, openSqliteStore } from '../store/index.ts'
import { commitOf } from '../store/testing/decisions.ts'
import { labelOf, outcomeOf } from '../store/testing/follow-ups.ts'
import { rebuildState, type ServiceState } from './service-state.ts'

const KEY = new Uint8Array(16)
const payment = fc.record({
  what: fc.constant('payment' as const),
  account: fc.constantFrom('a', 'b'),
  card: fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
  amount: fc.nat(10_000),
})
/** Of which of the payments so far, and how long before it arrives it happened. */
const followUp = fc.record({
  what: fc.constantFrom('decline' as const, 'fraud' as const, 'captured' as const),
  place: fc.nat(50),
  lateMs: fc.nat(200_000),
})
const steps = fc.array(fc.tuple(fc.nat(100_000), fc.oneof(payment, followUp)), {
  minLength: 5,
  maxLength: 40,
})

test('declines and fraud labels between payments are repeated in their place, to the bit', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async told => {
      const folder = mkdtempSync(join(tmpdir(), 'atalaya-state-'))
      const store = await openSqliteStore(folder)
      try {
        const live = await rebuildState(store.reader, KEY, 0)
        const commits: Promise<void>[] = []
        const payments: PaymentEvent[] = []
        const { stored } = commitOf(0)
        let atMs = 1_000_000
        for (const [afterMs, step] of told) {
          atMs += afterMs
          if (step.what === 'payment') {
            const { account, card, amount } = step
            const event: PaymentEvent = {
              ...stored.envelope.event,
              ...{ atMs, siteAmountMinor: amount, keys: { account, ...(card && { card }) } },
            }
            payments.push(event)
            const { seq, history } = live.arrive(event)
            const envelope = { ...stored.envelope, event, history }
            commits.push(
              store.commit({ ...commitOf(seq), stored: { ...stored, seq, id: `dec_${seq}`, envelope } }),
            )
            continue
          }
          const of = payments[step.place % payments.length]
          if (!of) continue
          const mark: FollowUpMark | null =
            step.what === 'captured' ? null : { kind: step.what, atMs: atMs - step.lateMs, keys: of.keys }
          const seq = live.follow(mark)
          const made = step.what === 'fraud' ? labelOf(seq, 1) : outcomeOf(seq, 1)
          commits.push(store.commitFollowUp({ followUp: made, mark }))
        }
        await Promise.all(commits)
        const rebuilt = await rebuildState(store.reader, KEY, 0)
        expect(rebuilt.history.snapshot()).toEqual(live.history.snapshot())
        expect(next(rebuilt, atMs)).toEqual(next(live, atMs))
      } finally {
        await store.close()
        rmSync(folder, { recursive: true })
      }
    }),
    { numRuns: 8 },
  )
})

function next(state: ServiceState, atMs: number) {
  return state.arrive({
    ...{ ...commitOf(0).stored.envelope.event, atMs, keys: { account: 'a', card: 'x' } },
  })
}

test('what was never stored leaves the history again, with arrivals under way at the time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-mend-'))
  const store = await openSqliteStore(folder)
  try {
    const live = await rebuildState(store.reader, KEY, 0)
    const arrive = (n: number) => {
      const event = { ...commitOf(n).stored.envelope.event, keys: { account: 'a', card: 'x' } }
      const { seq } = live.arrive(event)
      const made = commitOf(seq)
      return {
        seq,
        commit: () =>
          store.commit({ ...made, stored: { ...made.stored, envelope: { ...made.stored.envelope, event } } }),
      }
    }
    const first = arrive(1)
    await first.commit()
    live.settle(first.seq, true)
    const lost = [arrive(2), { seq: live.follow({ kind: 'fraud', atMs: 1_500, keys: { card: 'x' } }) }]
    const later = arrive(3)
    for (const { seq } of lost) live.settle(seq, false)
    expect(live.isAstray()).toBe(true)
    await live.mend()
    expect(live.isAstray()).toBe(false)
    await later.commit()
    live.settle(later.seq, true)
    const rebuilt = await rebuildState(store.reader, KEY, 0)
    expect(live.history.snapshot()).toEqual(rebuilt.history.snapshot())
    expect(live.settledSeq()).toBe(later.seq)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
})

test('an event without a mark that was never stored leaves the history as it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-mend-'))
  const store = await openSqliteStore(folder)
  try {
    const live = await rebuildState(store.reader, KEY, 0)
    live.settle(live.follow(null), false)
    expect(live.isAstray()).toBe(false)
    live.takeIn(false)
    expect(() => live.follow(null)).toThrow(expect.objectContaining({ code: 'store_failing' }))
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
})
