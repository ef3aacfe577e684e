import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EntityKeys } from '../events/entities.ts'
import { openSqliteStore } from '../store/index.ts'
import { commitOf } from '../store/testing/decisions.ts'
import { rebuildState } from './service-state.ts'
import {
  type HistorySnapshot,
  readSnapshotFile,
  removeSnapshotFile,
  writeSnapshotFile,
} from './snapshot-file.ts'
import { keepSnapshots } from './snapshots.ts'

const KEY = new Uint8Array(16).fill(3)
const START_MS = 1_750_000_000_000

type Store = Awaited<ReturnType<typeof openSqliteStore>>
let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-snapshot-'))
  store = await openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

/** What a restored state must agree on with one rebuilt from every arrival: every view, now and after more. */
async function viewsAfter(snapshot?: HistorySnapshot) {
  const state = await rebuildState(store.reader, KEY, 0, snapshot)
  const views = () =>
    ACCOUNTS.flatMap(account =>
      CARDS.flatMap(card =>
        [0, 600_000, 90_000_000].map(ms =>
          state.history.view({ account, ...(card && { card }), seller: 's' }, START_MS + 50_000_000 + ms),
        ),
      ),
    )
  const before = views()
  state.history.record({ keys: { account: 'a', card: 'x' }, atMs: START_MS + 50_000_001, amountMinor: 77 })
  return [before, views(), state.history.stats().entities]
}

const ACCOUNTS = ['a', 'b']
const CARDS = ['x', 'y', undefined]

async function pay(seq: number, keys: EntityKeys, atMs: number, amountMinor: number) {
  const { stored } = commitOf(seq)
  const event = { ...stored.envelope.event, atMs, siteAmountMinor: amountMinor, keys }
  await store.commit({ ...commitOf(seq), stored: { ...stored, envelope: { ...stored.envelope, event } } })
}

async function snapshotUpTo(seq: number) {
  const faults: unknown[] = []
  const snapshots = keepSnapshots({
    ...{ folder, historyKey: KEY, seq: 0, minArrivals: 1 },
    onFault: error => faults.push(error),
  })
  await snapshots.finish(seq, 60_000)
  expect(faults).toEqual([])
}

const payment = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  card: fc.constantFrom(...CARDS),
  amount: fc.nat(10_000),
  afterMs: fc.nat(1_000_000),
})

test('a snapshot and what came after it give the state of a full replay to the bit, snapshot after snapshot', async () => {
  let seq = 0
  let atMs = START_MS
  await fc.assert(
    fc.asyncProperty(
      fc.array(payment, { minLength: 1, maxLength: 60 }),
      fc.nat(60),
      async (payments, cut) => {
        const first = seq
        for (const { account, card, amount, afterMs } of payments) {
          seq += 1
          atMs += afterMs % 100_000
          await pay(seq, { account, ...(card && { card }), seller: 's' }, atMs - (afterMs % 7), amount)
        }
        // Every round goes on from the snapshot of the last one.
        await snapshotUpTo(first + Math.min(cut, payments.length))
        expect(await viewsAfter(readSnapshotFile(folder))).toEqual(await viewsAfter())
      },
    ),
    { numRuns: 6 },
  )
  const snapshot = readSnapshotFile(folder)
  const restored = await rebuildState(store.reader, KEY, 0, snapshot)
  expect(restored.restoredSeq).toBe(snapshot?.seq)
  expect(restored.restoredSeq).toBeGreaterThan(0)
})

test('a snapshot that is damaged, cut off, of another key or of another store is left aside', async () => {
  for (let seq = 1; seq <= 20; seq++) await pay(seq, { account: 'a', card: 'x' }, START_MS + seq, seq)
  await snapshotUpTo(20)
  const path = join(folder, 'history.snapshot')
  const good = readFileSync(path)
  const restoredSeq = async (key = KEY) =>
    (await rebuildState(store.reader, key, 0, readSnapshotFile(folder))).restoredSeq
  expect(await restoredSeq()).toBe(20)

  for (const at of [0, 9, 17, 30, 70, 100, good.length - 1]) {
    const bad = Buffer.from(good)
    bad[at] = (bad[at] ?? 0) ^ 1
    writeFileSync(path, bad)
    expect(await restoredSeq()).toBe(0)
  }
  for (const length of [0, 50, good.length - 1]) {
    writeFileSync(path, good.subarray(0, length))
    expect(await restoredSeq()).toBe(0)
  }
  writeFileSync(path, good)
  expect(await restoredSeq(new Uint8Array(16))).toBe(0)

  const whole = readSnapshotFile(folder)
  if (!whole) throw new Error('the snapshot is gone')
  // As if the store had been put back from a backup and had gone on from there.
  writeSnapshotFile(folder, { ...whole, mark: Buffer.alloc(32) })
  expect(await restoredSeq()).toBe(0)
  writeSnapshotFile(folder, { ...whole, arrivals: 19 })
  expect(await restoredSeq()).toBe(0)
  writeSnapshotFile(folder, { ...whole, seq: 21 })
  expect(await restoredSeq()).toBe(0)
  expect(await viewsAfter(readSnapshotFile(folder))).toEqual(await viewsAfter())
  removeSnapshotFile(folder)
  expect(readSnapshotFile(folder)).toBeUndefined()
})

test('a snapshot goes up to the last place that is settled', async () => {
  const state = await rebuildState(store.reader, KEY, 0)
  const event = { ...commitOf(1).stored.envelope.event, keys: { account: 'a' } }
  const seqs = [state.arrive(event), state.arrive(event), state.arrive(event)].map(({ seq }) => seq)
  expect(seqs).toEqual([1, 2, 3])
  expect(state.settledSeq()).toBe(0)
  state.settle(2, true)
  expect(state.settledSeq()).toBe(0)
  state.settle(1, true)
  expect(state.settledSeq()).toBe(2)
  state.settle(3, true)
  expect(state.settledSeq()).toBe(3)
})

test('no snapshot is written for a few arrivals', async () => {
  await pay(1, { account: 'a' }, START_MS, 1)
  await keepSnapshots({ folder, historyKey: KEY, seq: 0, onFault: () => {} }).finish(1, 60_000)
  expect(readSnapshotFile(folder)).toBeUndefined()
})
