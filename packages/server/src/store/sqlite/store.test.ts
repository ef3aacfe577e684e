import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commitOf } from '../testing/decisions.ts'
import { openSqliteStore, openStoredDecisions } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-store-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('what was committed is read back as it was, also after opening again', async () => {
  const store = await openSqliteStore(folder)
  const commit = commitOf(1)
  await store.commit(commit)
  expect(store.reader.get('dec_1')).toEqual(commit.stored)
  await store.close()
  const again = await openSqliteStore(folder)
  expect(again.reader.get('dec_1')).toEqual(commit.stored)
  expect(again.reader.get('dec_2')).toBeUndefined()
  expect([again.reader.lastSeq(), again.reader.count()]).toEqual([1, 1])
  await again.close()
})

test('decisions are listed newest first, page by page, and arrivals in order of arrival', async () => {
  const store = await openSqliteStore(folder)
  await Promise.all([3, 1, 2, 5, 4].map(seq => store.commit(commitOf(seq))))
  const page = store.reader.list({ limit: 2 })
  expect(page.map(({ seq }) => seq)).toEqual([5, 4])
  expect(store.reader.list({ limit: 9, beforeSeq: 4 }).map(({ id }) => id)).toEqual([
    'dec_3',
    'dec_2',
    'dec_1',
  ])
  expect([...store.reader.arrivals()].slice(0, 2)).toEqual([
    { seq: 1, kind: 'payment', atMs: 1_001, amountMinor: 100, keys: { account: 'account-1', ip: 'ip-1' } },
    { seq: 2, kind: 'payment', atMs: 1_002, amountMinor: 200, keys: { account: 'account-1', ip: 'ip-2' } },
  ])
  await store.close()
})

test('many that wait at once share commits', async () => {
  const sizes: number[] = []
  const store = await openSqliteStore(folder, { onCommit: size => sizes.push(size) })
  await Promise.all(Array.from({ length: 200 }, (_, index) => store.commit(commitOf(index + 1))))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(200)
  expect(sizes.length).toBeLessThan(10)
  await store.close()
})

test('used tokens and kept answers last until they expire', async () => {
  const store = await openSqliteStore(folder)
  const usedToken = { nonceId: 'n', jti: 'j', expiresAtMs: 500 }
  const keptAnswer = { siteId: 'site_1', key: 'k', bodyHash: 'h', answer: '{}', expiresAtMs: 500 }
  await store.commit(commitOf(1, { usedToken, keptAnswer }))
  expect(store.reader.usedTokens(500)).toEqual([usedToken])
  expect(store.reader.keptAnswer('site_1', 'k', 500)).toEqual(keptAnswer)
  expect(store.reader.keptAnswer('site_2', 'k', 500)).toBeUndefined()
  await store.purge(501)
  expect(store.reader.usedTokens(0)).toEqual([])
  expect(store.reader.keptAnswer('site_1', 'k', 0)).toBeUndefined()
  expect(store.reader.count()).toBe(1)
  await store.close()
})

test('a commit that cannot be made is refused whole, and the store goes on', async () => {
  const store = await openSqliteStore(folder)
  await store.commit(commitOf(1))
  const token = { nonceId: 'n', jti: 'j', expiresAtMs: 500 }
  await expect(store.commit({ ...commitOf(1), usedToken: token })).rejects.toMatchObject({
    code: 'store_failed',
  })
  expect(store.reader.usedTokens(0)).toEqual([])
  await store.commit(commitOf(2))
  expect(store.reader.count()).toBe(2)
  await store.close()
})

test('a second service is kept away until the first has closed, a reader is not', async () => {
  const store = await openSqliteStore(folder)
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'data_folder_in_use' })
  await store.commit(commitOf(1))
  const reader = openStoredDecisions(folder)
  expect(reader.get('dec_1')?.seq).toBe(1)
  reader.close()
  await store.close()
  await (await openSqliteStore(folder)).close()
})

test('a damaged file, a newer schema and a missing store are told apart', async () => {
  expect(() => openStoredDecisions(folder)).toThrow(expect.objectContaining({ code: 'store_missing' }))
  const path = join(folder, 'atalaya.sqlite')
  writeFileSync(path, 'this is not a database, whatever its name says '.repeat(50))
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'store_corrupt' })
  rmSync(path)
  const { DatabaseSync } = await import('node:sqlite')
  const newer = new DatabaseSync(path)
  newer.exec('PRAGMA user_version = 99')
  newer.close()
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'store_too_new' })
})
