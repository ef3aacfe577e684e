import { chmodSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSqliteStore, openStoredDecisions } from '../store/index.ts'
import { SILENT } from '../training/progress.ts'
import { checkDataFolder } from './check.ts'
import { fillDataFolder } from './testing/data-folder.ts'
import { reindex } from './ways-back.ts'

let folder: string
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-check-'))
  await fillDataFolder(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

const path = () => join(folder, 'atalaya.sqlite')
const look = () => checkDataFolder(folder, SILENT)
const told = () =>
  look().findings.map(({ part, where, what }) => `${part}${where === '' ? '' : ` ${where}`}: ${what}`)

function change(sql: string): void {
  const database = new DatabaseSync(path())
  database.exec(sql)
  database.close()
}

/** Where a text lies in the store's file. */
function placeOf(text: string): number {
  const at = readFileSync(path()).indexOf(text)
  if (at < 0) throw new Error(`${text} is not in the file`)
  return at
}

function overwrite(at: number, bytes: Uint8Array): void {
  const file = readFileSync(path())
  file.set(bytes, at)
  writeFileSync(path(), file)
}

test('a folder as a service leaves it is whole, also while a service holds it', async () => {
  const whole = { decisions: 3, events: 1, labels: 1, auditEntries: 1, findings: [], damaged: false }
  expect(look()).toEqual({ folder, ...whole })
  const store = await openSqliteStore(folder)
  expect(look()).toEqual({ folder, ...whole })
  await store.close()
})

describe('it finds', () => {
  test.each([
    [
      'an envelope that is no JSON',
      "UPDATE decisions SET envelope = '{' WHERE seq = 2",
      /^decisions dec_2.*envelope/,
    ],
    [
      'a field of an impossible type',
      `UPDATE decisions SET envelope = json_set(envelope, '$.event.atMs', 'x') WHERE seq = 2`,
      /event\/atMs/,
    ],
    [
      'a decision of an unknown outcome',
      `UPDATE decisions SET decision = json_set(decision, '$.decision', 'perhaps') WHERE seq = 2`,
      /decision does not fit: \/decision/,
    ],
    [
      'a column that says something else',
      "UPDATE decisions SET outcome = 'deny' WHERE seq = 2",
      /outcome is deny/,
    ],
    ['a decision without its arrival', 'DELETE FROM arrivals WHERE seq = 2', /arrival is missing/],
    ['an arrival of another card', "UPDATE arrivals SET card = 'x' WHERE seq = 2", /arrival's card/],
    [
      'a mark of other entities',
      "UPDATE arrivals SET card = 'x' WHERE seq = 4",
      /^arrivals 4: it marks other/,
    ],
    ['an arrival of nothing', 'DELETE FROM decisions WHERE seq = 2', /^arrivals 2: it belongs to no/],
    ['a decline without its mark', 'DELETE FROM arrivals WHERE seq = 4', /^outcomes 4: .*mark/],
    ['a fraud label without its mark', 'DELETE FROM arrivals WHERE seq = 5', /^labels 5: .*mark/],
    ['a label of no decision', "UPDATE labels SET decision_id = 'dec_9'", /^labels 5: the decision/],
    ['a place given twice', 'UPDATE labels SET seq = 4', /^order of arrival 4/],
    ['a token id used twice', "UPDATE used_tokens SET jti = 'jti-1'", /^used_tokens jti-1/],
    [
      'a message in a state that cannot be',
      "UPDATE deliveries SET state = 'lost' WHERE seq = 1",
      /^deliveries msg_1/,
    ],
    [
      'a message that is no JSON',
      "UPDATE deliveries SET body = '{' WHERE seq = 1",
      /^deliveries msg_1: its message/,
    ],
    [
      'names of features that are gone',
      `UPDATE decisions SET decision = json_set(decision, '$.features', json('[1]')) WHERE seq = 2`,
      /names of its features/,
    ],
    [
      'a policy that was not kept',
      `UPDATE decisions SET envelope = json_set(envelope, '$.versions.policy', 'gone') WHERE seq = 2`,
      /^policies gone/,
    ],
  ])('%s', (_what, sql, finding) => {
    change(sql)
    expect(told()).toContainEqual(expect.stringMatching(finding))
    expect(look().damaged).toBe(true)
  })

  test('an older copy than what was acknowledged', async () => {
    const copy = readFileSync(path())
    await (async () => {
      const store = await openSqliteStore(folder)
      await store.commitFollowUp({
        followUp: {
          ...{ seq: 6, siteId: 'site_1', orderId: 'order-1', decisionId: 'dec_1', receivedAtMs: 1 },
          ...{ type: 'captured', reason: null, occurredAtMs: null },
        },
        mark: null,
      })
      await store.close()
    })()
    writeFileSync(path(), copy)
    expect(told()[0]).toMatch(/less than was acknowledged: it ends at place 5/)
  })

  test('a byte that was flipped in a row, and says where', () => {
    // The opening brace of an envelope.
    const envelope = '{"format":"atalaya-envelope/1","event":{"id":"order-2"'
    placeOf(envelope)
    // Pages also hold what a page before them held.
    const bytes = readFileSync(path())
    for (let at = bytes.indexOf(envelope); at >= 0; at = bytes.indexOf(envelope)) bytes[at] = 0x3b
    writeFileSync(path(), bytes)
    expect(told()).toEqual([
      expect.stringMatching(/^decisions dec_2 .*checksum/),
      expect.stringMatching(/^decisions dec_2 .*envelope does not fit/),
    ])
  })

  test('a letter that was changed on the disk, though everything still fits; it is not answered', () => {
    change(
      `UPDATE decisions SET envelope = json_set(envelope, '$.site.timeZone', 'America/Lema') WHERE seq = 2`,
    )
    expect(told()).toEqual([expect.stringMatching(/^decisions dec_2 .*checksum/)])
    const reader = openStoredDecisions(folder)
    expect(() => reader.get('dec_2')).toThrow(expect.objectContaining({ code: 'store_corrupt' }))
    expect(reader.get('dec_1')?.id).toBe('dec_1')
    reader.close()
  })

  test('bytes that were overwritten in a page of decisions', () => {
    const start = Math.floor(placeOf('"order-2","siteId"') / 4096) * 4096
    overwrite(start, new Uint8Array(64).fill(0xff))
    const report = look()
    expect(report.damaged).toBe(true)
    expect(report.findings[0]).toMatchObject({
      part: 'atalaya.sqlite',
      mend: expect.stringMatching(/backup/),
    })
  })

  test('a damaged index, which can be built again from the rows', () => {
    // An index alone is changed by a statement that SQLite cannot see as one.
    const database = new DatabaseSync(path())
    const root = Number(
      database.prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'decisions_order'").get()?.[
        'page'
      ],
    )
    database.close()
    const page = (root - 1) * 4096
    const within = readFileSync(path())
      .subarray(page, page + 4096)
      .indexOf('order-2')
    overwrite(page + within, Buffer.from('order-7'))
    const { findings } = look()
    expect(findings.length).toBeGreaterThan(0)
    for (const { mend } of findings) expect(mend).toMatch(/store reindex/)
    reindex(folder)
    expect(look().findings).toEqual([])
  })

  test('a file that was cut off', () => {
    truncateSync(path(), 8192)
    expect(look().damaged).toBe(true)
    truncateSync(path(), 10)
    expect(look().damaged).toBe(true)
  })

  test('secrets that are gone, sites that are wrong, an audit log that was changed', () => {
    rmSync(join(folder, 'secrets.json'))
    writeFileSync(join(folder, 'sites.json'), '{')
    const audit = new DatabaseSync(join(folder, 'audit.sqlite'))
    audit.exec("UPDATE entries SET subject = 'site_x'")
    audit.close()
    expect(told()).toEqual([
      expect.stringMatching(/^secrets.json: it is not there/),
      expect.stringMatching(/^sites.json: .*JSON/),
      expect.stringMatching(/^audit.sqlite entry 1: its content/),
    ])
  })
})

test('what costs nothing that was acknowledged is a note', () => {
  writeFileSync(join(folder, 'history.snapshot'), 'x')
  chmodSync(join(folder, 'secrets.json'), 0o644)
  const { findings, damaged } = look()
  expect(damaged).toBe(false)
  expect(findings.map(({ part }) => part).sort()).toEqual(['history.snapshot', 'secrets.json'])
})

test('of one kind of finding twenty are told, and how many more there are', async () => {
  rmSync(folder, { recursive: true })
  folder = mkdtempSync(join(tmpdir(), 'atalaya-check-'))
  await fillDataFolder(folder, 30)
  change("UPDATE decisions SET outcome = 'deny'")
  const findings = told()
  expect(findings).toHaveLength(21)
  expect(findings.at(-1)).toBe('decisions: 10 more')
})

test('a folder without a store is named', () => {
  rmSync(path())
  expect(look).toThrow(expect.objectContaining({ code: 'store_missing' }))
})
