import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openAuditLog, parsePublicKey, readAuditLog, readAuditPublicKey, verifyAudit } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(count: number, { signed = true } = {}): void {
  const log = openAuditLog(folder, () => 1_000)
  for (let index = 1; index <= count; index++)
    log.append({ actor: 'cli:rosa', action: 'site.changed', subject: `site_${index}`, before: { n: index } })
  if (signed) log.checkpoint()
  log.close()
}

function check(publicKey = readAuditPublicKey(folder)) {
  if (!publicKey) throw new Error('there is no key')
  const log = readAuditLog(folder)
  try {
    return verifyAudit(log.entries(), log.checkpoints(), publicKey)
  } finally {
    log.close()
  }
}

const tamper = (sql: string) => {
  const database = new DatabaseSync(join(folder, 'audit.sqlite'))
  database.exec(sql)
  database.close()
}

test('an untouched log is whole, over several openings and checkpoints', () => {
  write(120)
  write(5)
  write(3, { signed: false })
  expect(check()).toEqual({
    ...{ entries: 128, checkpoints: 3, unsigned: 3, firstAtMs: 1_000, lastAtMs: 1_000, faults: [] },
  })
})

test('any value comes back as it was and keeps its hash', () => {
  const log = openAuditLog(folder)
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      log.append({ actor: 'service', action: 'rule.changed', subject: 'r', before, after })
    }),
  )
  log.checkpoint()
  log.close()
  expect(check().faults).toEqual([])
})

test('two writers at once make one chain', () => {
  const [one, other] = [openAuditLog(folder), openAuditLog(folder)]
  for (let index = 0; index < 20; index++)
    (index % 2 ? one : other).append({ actor: 'service', action: 'service.started', subject: String(index) })
  one.close()
  other.close()
  const log = readAuditLog(folder)
  expect([...log.entries()].map(({ subject }) => subject)).toEqual(
    Array.from({ length: 20 }, (_, i) => String(i)),
  )
  log.close()
  expect(check().faults).toEqual([])
})

describe('it shows', () => {
  test.each([
    ['a changed field', "UPDATE entries SET subject = 'site_x' WHERE seq = 4", 4, /content/],
    ['a changed time', 'UPDATE entries SET at_ms = 5 WHERE seq = 4', 4, /content/],
    ['a changed state', `UPDATE entries SET before = '{"n":5}' WHERE seq = 4`, 4, /content/],
    ['a state that is no JSON', "UPDATE entries SET before = '{' WHERE seq = 4", 4, /content/],
    ['an entry taken out', 'DELETE FROM entries WHERE seq = 4', 4, /missing/],
    ['an end cut off', 'DELETE FROM entries WHERE seq > 4', 10, /cut/],
    ['a signature of nobody', "UPDATE checkpoints SET signature = 'AAAA'", 10, /signature/],
    [
      'a checkpoint of another content',
      `UPDATE checkpoints SET hash = '${'1'.repeat(64)}'`,
      10,
      /another content/,
    ],
  ])('%s', (_what, sql, seq, what) => {
    write(10)
    tamper(sql)
    expect(check().faults[0]).toEqual({ seq, what: expect.stringMatching(what) })
  })

  test('a chain that was made anew by somebody without the key', () => {
    write(10)
    const other = mkdtempSync(join(tmpdir(), 'atalaya-audit-'))
    const forged = openAuditLog(other)
    for (let index = 0; index < 10; index++)
      forged.append({ actor: 'cli:mallory', action: 'site.changed', subject: 'site_1' })
    forged.checkpoint()
    forged.close()
    const log = readAuditLog(other)
    const key = readAuditPublicKey(folder)
    if (!key) throw new Error('there is no key')
    expect(verifyAudit(log.entries(), log.checkpoints(), key).faults).toHaveLength(1)
    log.close()
    rmSync(other, { recursive: true })
  })
})

test('only its owner reads the key, and another kind of key is refused', () => {
  write(1)
  expect(statSync(join(folder, 'audit-key.json')).mode & 0o777).toBe(0o600)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
  for (const pem of ['x', rsa.export({ format: 'pem', type: 'spki' }).toString()])
    expect(() => parsePublicKey(pem)).toThrow(expect.objectContaining({ code: 'audit_key_invalid' }))
})

test('a folder without a log is named', () => {
  expect(() => readAuditLog(folder)).toThrow(expect.objectContaining({ code: 'audit_missing' }))
})
