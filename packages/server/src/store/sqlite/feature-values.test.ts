import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CATALOGUE_VERSION, computeFeatures } from '../../features/index.ts'
import { FULL_EVENT, LIMA_SHOP } from '../../features/testing/fixtures.ts'
import { commitOf } from '../testing/decisions.ts'
import { openSqliteStore } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-values-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A decision with every feature of this build's catalogue. */
function complete() {
  const commit = commitOf(1)
  const { envelope, decision } = commit.stored
  const features = computeFeatures({ event: FULL_EVENT, history: {}, site: LIMA_SHOP })
  const versions = { ...envelope.versions, features: CATALOGUE_VERSION }
  return {
    ...commit,
    stored: { ...commit.stored, envelope: { ...envelope, versions }, decision: { ...decision, features } },
  }
}

test('a decision is read back with its features by name, though only their values are stored', async () => {
  const store = await openSqliteStore(folder)
  const commit = complete()
  await store.commit(commit)
  const read = store.reader.get('dec_1')
  expect(JSON.stringify(read)).toBe(JSON.stringify(commit.stored))
  await store.close()
  const database = new DatabaseSync(join(folder, 'atalaya.sqlite'), { readOnly: true })
  const text = String(database.prepare('SELECT decision FROM decisions').get()?.['decision'])
  database.close()
  expect(text).not.toContain('trans_amount')
  expect(text.length).toBeLessThan(JSON.stringify(commit.stored.decision).length / 3)
})

test('a decision of another catalogue keeps its names', async () => {
  const store = await openSqliteStore(folder)
  await store.commit(commitOf(1))
  expect(store.reader.get('dec_1')?.decision.features).toEqual({ trans_amount: 100 })
  await store.close()
})

test('the names of an earlier catalogue are kept for its decisions', async () => {
  const store = await openSqliteStore(folder)
  await store.commit(complete())
  await store.close()
  const database = new DatabaseSync(join(folder, 'atalaya.sqlite'))
  // As if an earlier build, of two features, had written it.
  database.exec('INSERT INTO feature_lists (version, names) VALUES (\'earlier\', \'["a","b"]\')')
  database.exec(`UPDATE decisions SET envelope = json_set(envelope, '$.versions.features', 'earlier'),
    decision = json_set(decision, '$.features', json('[1,null]')), checksum = NULL`)
  database.close()
  const again = await openSqliteStore(folder)
  expect(again.reader.get('dec_1')?.decision.features).toEqual({ a: 1, b: null })
  await again.close()
})
