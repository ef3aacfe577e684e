import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { commitOf } from '../testing/decisions.ts'
import { readHeadFile, removeHeadFile } from './head-file.ts'
import { openSqliteStore } from './store.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-head-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const token = (n: number, expiresAtMs: number) => ({
  usedToken: { nonceId: `nonce-${n}`, jti: `jti-${n}`, expiresAtMs },
})
const FAR_MS = 4_000_000_000_000

async function write(...commits: Parameters<typeof commitOf>[]): Promise<void> {
  const store = await openSqliteStore(folder)
  for (const commit of commits) await store.commit(commitOf(...commit))
  await store.close()
}
const open = async () => (await openSqliteStore(folder)).close()
const kept = () => join(folder, 'kept')
const path = () => join(folder, 'atalaya.sqlite')

test('the head names the last place and token that were committed, in whatever order they came', async () => {
  await write([3, token(3, FAR_MS)], [2])
  expect(readHeadFile(folder)).toEqual({
    format: 'atalaya-head/1',
    seq: 3,
    token: { nonceId: 'nonce-3', expiresAtMs: FAR_MS },
  })
  await open()
})

test('an older copy of the store is refused, and goes on once the loss is accepted', async () => {
  await write([1])
  copyFileSync(path(), kept())
  await write([2])
  copyFileSync(kept(), path())
  await expect(openSqliteStore(folder)).rejects.toMatchObject({
    code: 'store_behind',
    message: expect.stringContaining('place 2 was acknowledged'),
  })
  removeHeadFile(folder)
  await open()
})

test('a token whose use is not in the store is missed until it has expired', async () => {
  await write([1])
  copyFileSync(path(), kept())
  const store = await openSqliteStore(folder)
  await store.commitTokenUse({ ...token(1, FAR_MS), keptAnswer: null })
  await store.close()
  copyFileSync(kept(), path())
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'store_behind' })
  const file = join(folder, 'store.head')
  writeFileSync(file, readFileSync(file, 'utf8').replace(String(FAR_MS), '1000'))
  await open()
})

test('a store that is gone is missed', async () => {
  await write([1])
  rmSync(path())
  await expect(openSqliteStore(folder)).rejects.toMatchObject({ code: 'store_behind' })
})

test('a head that cannot be read shows nothing and refuses nothing', async () => {
  await write([1])
  writeFileSync(join(folder, 'store.head'), '{"format":"atalaya-he')
  await write([2])
  expect(readHeadFile(folder)?.seq).toBe(2)
})
