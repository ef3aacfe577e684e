import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readHistory } from '../records/reader.ts'
import { driftOn } from './index.ts'
import { writeSimulation } from './write.ts'

const options = { events: 4000, seed: 1, startMs: Date.UTC(2026, 0, 1), days: 10 }
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atalaya-simulate-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('history, labels, oracle and summary agree', async () => {
  const out = join(folder, 'deep', 'out')
  const summary = await writeSimulation(options, out, new AbortController().signal, () => undefined)
  let records = 0
  for await (const _ of readHistory(join(out, 'history.ndjson.gz'))) records++
  const lines = async (name: string) =>
    (await readFile(join(out, name), 'utf8')).trimEnd().split('\n').length - 1
  expect(records).toBe(options.events)
  expect(await lines('labels.csv')).toBe(summary.labelled)
  expect(await lines('oracle.csv')).toBe(options.events)
  expect(JSON.parse(await readFile(join(out, 'summary.json'), 'utf8'))).toMatchObject({ options, ...summary })
})

test('the same options write the same bytes, compressed ones too', async () => {
  const scenario = driftOn(5)
  for (const out of ['a', 'b'])
    await writeSimulation(
      { ...options, scenario, blocking: 'holdout' },
      join(folder, out),
      new AbortController().signal,
      () => undefined,
    )
  const names = await readdir(join(folder, 'a'))
  expect(names).toHaveLength(4)
  for (const name of names)
    expect((await readFile(join(folder, 'a', name))).equals(await readFile(join(folder, 'b', name)))).toBe(
      true,
    )
})

test('phases add up to the whole', async () => {
  const all = { ...options, scenario: driftOn(5) }
  const summary = await writeSimulation(all, folder, new AbortController().signal, () => undefined)
  expect(summary.phases.map(({ fromDay }) => fromDay)).toEqual([0, 5, 10])
  const sum = (read: (figures: { payments: number; frauds: number }) => number) =>
    summary.phases.reduce((total, phase) => total + read(phase), 0)
  expect(sum(({ payments }) => payments)).toBe(summary.payments)
  expect(sum(({ frauds }) => frauds)).toBe(summary.frauds)
})

test('an interrupted simulation leaves nothing behind', async () => {
  await expect(writeSimulation(options, folder, AbortSignal.abort(), () => undefined)).rejects.toMatchObject({
    code: 'interrupted',
  })
  expect(await readdir(folder)).toEqual([])
})

test('a folder that cannot be is refused by name', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(
    writeSimulation(options, join(file, 'out'), new AbortController().signal, () => undefined),
  ).rejects.toMatchObject({ code: 'folder_not_writable', message: expect.stringContaining(file) })
})
