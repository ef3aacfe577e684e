import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

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
  return { status, stdout, fault: stderr.trim() }
}

it('says in one line that there is nothing to read, and writes nothing', () => {
  const { status, fault } = atalaya('train', '--out', 'models')
  expect(status).toBe(1)
  expect(fault).toBe(
    'atalaya: there is nothing to read. Give one of --data FILE, --history FILE and --simulate N.',
  )
  expect(readdirSync(folder)).toEqual([])
})

it('names a data file that does not exist', () => {
  const { status, fault } = atalaya('train', '--data', 'none.csv', '--out', 'models')
  expect(status).toBe(1)
  expect(fault).toBe('atalaya: data file none.csv does not exist. Check the path.')
})

it('names the columns that a file lacks and has', () => {
  writeFileSync(join(folder, 't.csv'), 'a,b\n1,2\n')
  const { status, fault } = atalaya('train', '--data', 't.csv', '--out', 'models')
  expect(status).toBe(1)
  expect(fault).toMatch(
    /^atalaya: t\.csv has no column "fraudulent" and does not say how much .*columns found: a, b\. Add for/,
  )
  expect(readdirSync(folder)).toEqual(['t.csv'])
})

it('names a model that is not in the registry', () => {
  const { status, fault } = atalaya('evaluate', 'nothing', '--registry', 'models', '--history', 'none')
  expect(status).toBe(1)
  expect(fault).toBe(
    'atalaya: there is no model version or alias "nothing" in models. The folder holds no model; `atalaya train` makes one.',
  )
})

it('lists an empty registry as empty', () => {
  const { status, stdout } = atalaya('models', '--registry', 'models')
  expect(status).toBe(0)
  expect(stdout).toMatch(/no models in models/)
})
