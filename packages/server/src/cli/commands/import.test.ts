import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHistory } from '../../records/reader.ts'
import type { HistoryRecord } from '../../records/record.ts'
import { csvOf, soundRows } from '../../training/testing/planted-files.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function atalaya(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

const write = (name: string, content: string) => writeFileSync(join(folder, name), content)
const oneClass = csvOf(soundRows(60).map(row => ({ ...row, fraudulent: '0' })))
const withOneBad = csvOf(
  soundRows(200).map((row, index) => (index === 9 ? { ...row, transaction_amount: '-1' } : row)),
)

describe('import', () => {
  it('writes the history that training reads, what was set aside and the report', async () => {
    write('t.csv', withOneBad)
    const { status, stdout } = atalaya('import', '--data', 't.csv', '--out', 'world')
    expect(status).toBe(0)
    expect(stdout).toContain('t.csv: 200 rows read, 199 good, 1 set aside')
    expect(readdirSync(join(folder, 'world')).sort()).toEqual([
      'history.ndjson.gz',
      'quality.html',
      'quarantine.ndjson',
    ])
    const records: HistoryRecord[] = []
    for await (const record of readHistory(join(folder, 'world', 'history.ndjson.gz'))) records.push(record)
    expect(records).toHaveLength(199)
    expect(JSON.parse(readFileSync(join(folder, 'world', 'quarantine.ndjson'), 'utf8'))).toMatchObject({
      line: 11,
      code: 'amount_negative',
      values: { transaction_amount: '-1' },
    })
  })

  it('leaves the folder as it was when the gate refuses, unless told to go on', () => {
    write('t.csv', oneClass)
    mkdirSync(join(folder, 'world'))
    write('world/history.ndjson.gz', 'earlier')
    const refused = atalaya('import', '--data', 't.csv', '--out', 'world')
    expect(refused.status).toBe(1)
    expect(refused.stdout).toMatch(/^refuse {2}one_class_only: every label says genuine/m)
    expect(refused.stderr).toContain(
      'atalaya: t.csv does not pass the quality gate: every label says genuine',
    )
    expect(readdirSync(join(folder, 'world'))).toEqual(['history.ndjson.gz'])
    expect(readFileSync(join(folder, 'world', 'history.ndjson.gz'), 'utf8')).toBe('earlier')
    expect(atalaya('import', '--data', 't.csv', '--out', 'world', '--anyway').status).toBe(0)
    expect(readdirSync(join(folder, 'world')).sort()).toEqual(['history.ndjson.gz', 'quality.html'])
  })

  it("says what the commission's own columns lack, and how to add it", () => {
    write(
      't.csv',
      'transaction_amount,transaction_frequency,time_since_last_transaction,session_duration,click_through_rate,add_to_cart_frequency,geo_location,device_type,ip_country,fraudulent\n137.21,6,12,1231,0.745,4,US,desktop,United States,0\n',
    )
    const { status, stderr } = atalaya('import', '--data', 't.csv', '--out', 'world')
    expect(status).toBe(1)
    expect(stderr.trim()).toBe(
      'atalaya: t.csv does not say who paid and when; columns found: transaction_amount, transaction_frequency, time_since_last_transaction, session_duration, click_through_rate, add_to_cart_frequency, geo_location, device_type, ip_country, fraudulent. Add for transaction.account.id a column "user_id" or a line of the mapping, for receivedAtMs or transaction.createdAtMs a column "transaction_time" or a line of the mapping (docs/import-data.md).',
    )
    expect(existsSync(join(folder, 'world'))).toBe(false)
  })
})

describe('quality', () => {
  it('ends with 0 when the gate lets the file pass, and writes nothing without a folder', () => {
    write('t.csv', withOneBad)
    const { status, stdout } = atalaya('quality', '--data', 't.csv')
    expect(status).toBe(0)
    expect(stdout).toMatch(
      /^warn {4}amount_negative: 1 of 200 rows .* \(line 11\)\. Refunds are no payments/m,
    )
    expect(stdout).toMatch(/^quality gate: passed/m)
    expect(readdirSync(folder)).toEqual(['t.csv'])
  })

  it('ends with 1 when it refuses, and leaves report and quarantine to look at', () => {
    write('t.csv', `${oneClass}short\n`)
    const { status } = atalaya('quality', '--data', 't.csv', '--out', 'q')
    expect(status).toBe(1)
    expect(readdirSync(join(folder, 'q')).sort()).toEqual(['quality.html', 'quarantine.ndjson'])
  })

  it('prints the whole report as JSON and nothing else', () => {
    write('t.csv', withOneBad)
    const { stdout } = atalaya('quality', '--data', 't.csv', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ rows: { read: 200, setAside: 1 }, files: ['t.csv'] })
  })
})

it('training goes through the same gate and ends in one line that names the reason', () => {
  write('t.csv', oneClass)
  const { status, stderr } = atalaya('train', '--data', 't.csv', '--out', 'models')
  expect(status).toBe(1)
  expect(stderr).toMatch(/^refuse {2}one_class_only/m)
  expect(stderr.trim().split('\n').at(-1)).toMatch(
    /^atalaya: t\.csv does not pass the quality gate: every label/,
  )
  expect(readdirSync(folder)).toEqual(['t.csv'])
})
