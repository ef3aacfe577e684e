import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSecrets, openSites, prepareDataFolder } from '../sites/index.ts'
import { openSqliteStore, openStoredDecisions } from '../store/index.ts'
import { commitOf } from '../store/testing/decisions.ts'
import { SILENT } from '../training/progress.ts'
import { backUp } from './backup.ts'
import { checkDataFolder } from './check.ts'
import { restore } from './restore.ts'
import { fillDataFolder } from './testing/data-folder.ts'

let root: string
let data: string
let out: string
let fresh: string
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'atalaya-backup-'))
  ;[data, out, fresh] = [join(root, 'data'), join(root, 'backup'), join(root, 'fresh')]
  mkdirSync(data)
  await fillDataFolder(data)
})
afterEach(() => rmSync(root, { recursive: true }))

const decisions = (folder: string) => {
  const reader = openStoredDecisions(folder)
  try {
    return reader.list({ limit: 100 }).map(({ id }) => reader.get(id))
  } finally {
    reader.close()
  }
}

describe('a backup', () => {
  test('made beside a service holds what was committed, is private, and comes back whole', async () => {
    const store = await openSqliteStore(data)
    await store.commitTokenUse({ usedToken: { nonceId: 'n', jti: 'j', expiresAtMs: 4e12 }, keptAnswer: null })
    const made = backUp(data, out, SILENT)
    await store.close()
    expect(made).toMatchObject({ decisions: 3, lastSeq: 5 })
    expect(statSync(out).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(out)) expect(statSync(join(out, name)).mode & 0o777).toBe(0o600)
    expect(readdirSync(root).sort()).toEqual(['backup', 'data'])

    restore(out, fresh, SILENT)
    expect(checkDataFolder(fresh, SILENT).findings).toEqual([])
    expect(decisions(fresh)).toEqual(decisions(data))
    expect(openSites(fresh).list()).toEqual(openSites(data).list())
    const reader = openStoredDecisions(fresh)
    expect(reader.usedTokens(0)).toHaveLength(4)
    reader.close()
    await (await openSqliteStore(fresh)).close()
  })

  test('holds files and folders that nobody named, and nothing that is of the running process', () => {
    mkdirSync(join(data, 'policies'))
    const policies = join(data, 'policies')
    writeFileSync(join(data, 'lists.json'), '[]')
    writeFileSync(join(data, 'shadow-scores.ndjson'), '{}')
    writeFileSync(join(data, 'history.snapshot'), 'x')
    const { files } = backUp(data, out, SILENT)
    expect(readdirSync(policies)).toEqual([])
    expect(files.map(({ path }) => path).sort()).toEqual(
      ['atalaya.sqlite', 'audit-key.json', 'audit.sqlite', 'lists.json', 'secrets.json', 'sites.json'].sort(),
    )
  })

  test('that was restored counts no nonce of before, and keeps the keys of pseudonyms and history', () => {
    const before = openSecrets(data)
    backUp(data, out, SILENT)
    restore(out, fresh, SILENT)
    const after = openSecrets(fresh)
    expect(after.nonceKey).not.toEqual(before.nonceKey)
    expect([after.pseudonymKey, after.historyKey]).toEqual([before.pseudonymKey, before.historyKey])
  })

  test('of a damaged folder is refused and leaves nothing', () => {
    writeFileSync(join(data, 'sites.json'), '{')
    expect(() => backUp(data, out, SILENT)).toThrow(expect.objectContaining({ code: 'backup_damaged' }))
    expect(readdirSync(root)).toEqual(['data'])
  })

  test('goes to a new folder outside of the data', () => {
    mkdirSync(out)
    expect(() => backUp(data, out, SILENT)).toThrow(expect.objectContaining({ code: 'backup_exists' }))
    expect(() => backUp(data, join(data, 'b'), SILENT)).toThrow(
      expect.objectContaining({ code: 'backup_inside' }),
    )
    expect(() => backUp(data, join(root, 'no', 'file'), SILENT)).not.toThrow()
  })
})

describe('a restore', () => {
  beforeEach(() => {
    backUp(data, out, SILENT)
  })

  test.each([
    ['a byte was changed', () => writeFileSync(join(out, 'audit.sqlite'), 'x'), /audit.sqlite is not what/],
    ['a file is missing', () => rmSync(join(out, 'secrets.json')), /secrets.json is missing/],
  ])('of a backup in which %s is refused and writes nothing', (_what, damage, message) => {
    damage()
    expect(() => restore(out, fresh, SILENT)).toThrow(
      expect.objectContaining({ code: 'backup_damaged', message: expect.stringMatching(message) }),
    )
    expect(() => readdirSync(fresh)).toThrow()
  })

  test('of names that lead out of the folder is refused', () => {
    const file = join(out, 'backup.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"sites.json"', '"../sites.json"'))
    expect(() => restore(out, fresh, SILENT)).toThrow(expect.objectContaining({ code: 'file_invalid' }))
  })

  test('into a folder that is used or not empty is refused', async () => {
    const store = await openSqliteStore(data)
    expect(() => restore(out, data, SILENT)).toThrow(expect.objectContaining({ code: 'data_folder_in_use' }))
    await store.close()
    expect(() => restore(out, data, SILENT)).toThrow(
      expect.objectContaining({ code: 'data_folder_not_empty' }),
    )
  })

  test('that was broken off keeps the service away', () => {
    mkdirSync(join(fresh, '.restoring'), { recursive: true })
    expect(() => prepareDataFolder(fresh)).toThrow(expect.objectContaining({ code: 'restore_unfinished' }))
    expect(() => restore(out, fresh, SILENT)).toThrow(
      expect.objectContaining({ code: 'data_folder_not_empty' }),
    )
  })

  test('of what is no backup is named', () => {
    expect(() => restore(root, fresh, SILENT)).toThrow(expect.objectContaining({ code: 'backup_missing' }))
  })
})

test('the store goes on after a restore where the backup ended', async () => {
  backUp(data, out, SILENT)
  const store = await openSqliteStore(data)
  await store.commit(commitOf(6))
  await store.close()
  restore(out, fresh, SILENT)
  const restored = await openSqliteStore(fresh)
  expect(restored.reader.lastSeq()).toBe(5)
  await restored.commit(commitOf(6))
  await restored.close()
})
