import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commitOf } from '../testing/decisions.ts'
import { labelOf, outcomeOf } from '../testing/follow-ups.ts'
import type { DecisionStore } from '../types.ts'
import { MIGRATIONS } from './migrations.ts'
import { toRows } from './rows.ts'
import { openSqliteStore, openStoredDecisions } from './store.ts'

let folder: string
let store: DecisionStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-follow-ups-'))
  store = await openSqliteStore(folder)
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

async function reopen(): Promise<void> {
  await store.close()
  store = await openSqliteStore(folder)
}

test('events and labels are read back as they were, also after opening again', async () => {
  await store.commit(commitOf(1))
  const declined = outcomeOf(2, 1, { reason: 'insufficient_funds', occurredAtMs: 4_000 })
  const label = labelOf(3, 1, { state: 'opened', observedAtMs: 4_500, effectiveAtMs: 900 })
  const cleared = labelOf(4, 1, { fraud: false, source: 'claim' })
  for (const followUp of [declined, label, cleared]) await store.commitFollowUp({ followUp, mark: null })
  const told = { events: [declined], labels: [label, cleared] }
  expect(store.reader.followUps('site_1', 'order-1')).toEqual(told)
  await reopen()
  expect(store.reader.followUps('site_1', 'order-1')).toEqual(told)
  expect(store.reader.followUps('site_2', 'order-1')).toEqual({ events: [], labels: [] })
})

test('decisions, events and labels share one order of arrival, which counts decisions only', async () => {
  const keys = { account: 'account-1', ip: 'ip-1' }
  await store.commit(commitOf(1))
  await store.commitFollowUp({ followUp: outcomeOf(2, 1), mark: { kind: 'decline', atMs: 4_000, keys } })
  await store.commitFollowUp({ followUp: outcomeOf(3, 1, { type: 'captured' }), mark: null })
  await store.commit(commitOf(4))
  await store.commitFollowUp({ followUp: labelOf(5, 1), mark: { kind: 'fraud', atMs: 4_100, keys } })
  expect([...store.reader.arrivals()].map(({ seq, kind }) => [seq, kind])).toEqual([
    [1, 'payment'],
    [2, 'decline'],
    [4, 'payment'],
    [5, 'fraud'],
  ])
  expect([...store.reader.arrivals()][3]).toEqual({
    seq: 5,
    kind: 'fraud',
    atMs: 4_100,
    amountMinor: 0,
    keys,
  })
  expect([store.reader.lastSeq(), store.reader.count()]).toEqual([5, 2])
  await store.commitFollowUp({ followUp: outcomeOf(6, 1, { type: 'refunded' }), mark: null })
  await reopen()
  expect(store.reader.lastSeq()).toBe(6)
})

test('a payment is found by its decision, by its order the latest one, by its own site only', async () => {
  const again = commitOf(2)
  const { envelope } = again.stored
  const repeated = { ...envelope, event: { ...envelope.event, id: 'order-1' } }
  await store.commit(commitOf(1))
  await store.commit({ ...again, stored: { ...again.stored, envelope: repeated } })
  const { reader } = store
  expect(reader.decidedPayment('site_1', { decisionId: 'dec_1' })).toEqual({
    ...{ decisionId: 'dec_1', orderId: 'order-1', keys: { account: 'account-1', ip: 'ip-1' } },
  })
  expect(reader.decidedPayment('site_1', { orderId: 'order-1' })?.decisionId).toBe('dec_2')
  expect(reader.decidedPayment('site_2', { orderId: 'order-1' })).toBeUndefined()
  expect(reader.decidedPayment('site_2', { decisionId: 'dec_1' })).toBeUndefined()
  expect(reader.decidedPayment('site_1', { orderId: 'order-2' })).toBeUndefined()
})

test('a store of the first schema is brought up to date with its decisions; until then it is not read', async () => {
  const older = mkdtempSync(join(folder, 'older-'))
  const database = new DatabaseSync(join(older, 'atalaya.sqlite'))
  database.exec(`${MIGRATIONS[0]} PRAGMA user_version = 1`)
  const { decision } = toRows(commitOf(1))
  database.prepare(`INSERT INTO decisions VALUES (${decision.map(() => '?').join(', ')})`).run(...decision)
  database.exec(
    "INSERT INTO arrivals (seq, at_ms, amount_minor, account, seller) VALUES (1, 1001, 100, 'a', 's')",
  )
  database.close()
  expect(() => openStoredDecisions(older)).toThrow(expect.objectContaining({ code: 'store_too_old' }))
  const brought = await openSqliteStore(older)
  expect([...brought.reader.arrivals()]).toEqual([
    { seq: 1, kind: 'payment', atMs: 1001, amountMinor: 100, keys: { account: 'a', seller: 's' } },
  ])
  expect(brought.reader.decidedPayment('site_1', { orderId: 'order-1' })?.decisionId).toBe('dec_1')
  await brought.close()
})
