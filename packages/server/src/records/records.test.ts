import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { simulateHistory } from '../simulator/index.ts'
import { type BadLine, readHistory } from './reader.ts'
import type { HistoryRecord } from './record.ts'
import { HistoryWriter } from './writer.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atalaya-records-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const some = () => [...simulateHistory({ events: 300, seed: 1, startMs: Date.UTC(2026, 0, 1), days: 30 })]
async function all(path: string, onBad?: (bad: BadLine) => void) {
  const records: HistoryRecord[] = []
  for await (const record of readHistory(path, onBad)) records.push(record)
  return records
}

test.each(['h.ndjson', 'h.ndjson.gz'])('what was written to %s is read back unchanged', async name => {
  const records = some()
  const writer = new HistoryWriter(join(folder, name))
  for (const record of records) await writer.write(record)
  await writer.finish()
  expect(await all(join(folder, name))).toEqual(records)
})

test('a file appears only when it is whole', async () => {
  const writer = new HistoryWriter(join(folder, 'h.ndjson'))
  for (const record of some()) await writer.write(record)
  expect(await readdir(folder)).not.toContain('h.ndjson')
  await writer.discard()
  expect(await readdir(folder)).toEqual([])
})

test('a folder that cannot be written is named in one clear error', async () => {
  const writer = new HistoryWriter(join(folder, 'none', 'h.ndjson'))
  await expect(writer.finish()).rejects.toMatchObject({
    code: 'file_not_written',
    message: expect.stringContaining('none'),
  })
})

test('a bad line ends the reading with file, line and fault', async () => {
  const [record] = some()
  const path = join(folder, 'h.ndjson')
  await writeFile(path, `${JSON.stringify(record)}\n${JSON.stringify({ ...record, receivedAtMs: 'now' })}\n`)
  await expect(all(path)).rejects.toMatchObject({
    code: 'history_bad_line',
    message: `${path}:2: receivedAtMs must be integer`,
  })
})

test('bad lines go to the quarantine and the rest is read', async () => {
  const [record] = some()
  const path = join(folder, 'h.ndjson')
  await writeFile(path, `{\n${JSON.stringify(record)}\n\n${JSON.stringify({ ...record, extra: 1 })}`)
  const bad: BadLine[] = []
  expect(await all(path, line => bad.push(line))).toEqual([record])
  expect(bad.map(({ line }) => line)).toEqual([1, 4])
  expect(bad[1]?.fault).toContain('extra')
})

test('a missing file and a broken gzip are unreadable histories', async () => {
  await expect(all(join(folder, 'none.ndjson.gz'))).rejects.toMatchObject({ code: 'history_unreadable' })
  await writeFile(join(folder, 'broken.ndjson.gz'), gzipSync('{}').subarray(0, 12))
  await expect(all(join(folder, 'broken.ndjson.gz'))).rejects.toMatchObject({ code: 'history_unreadable' })
})
