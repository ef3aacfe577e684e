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

function tune(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'tune', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, fault: stderr.trim() }
}

it.each([
  [
    'a grid that is too large',
    ['--strategy', 'grid', '--trials', '5'],
    /^atalaya: the grid has 11 points and the reference, more than the 5 trials allowed\. Give --trials 12/,
  ],
  [
    'a result that cannot be written',
    ['--out', 'nowhere/best.json'],
    /^atalaya: nowhere\/best\.json cannot be written: its folder does not exist or is read-only\. Name a file/,
  ],
  [
    'a space that does not fit',
    ['--space', 'space.json'],
    /^atalaya: space\.json is no search space: "depth" cannot be tuned\. Give lists of values/,
  ],
  [
    'an ablation of a space',
    ['--strategy', 'ablation', '--space', 'space.json'],
    /^atalaya: an ablation searches nothing/,
  ],
])('says in one line, before anything is read, what is wrong with %s', (_, args, words) => {
  writeFileSync(join(folder, 'space.json'), '{"depth": [3]}')
  const { status, fault } = tune('--history', 'none.ndjson', ...args)
  expect(status).toBe(1)
  expect(fault).toMatch(words)
  expect(fault).not.toContain('\n')
  expect(readdirSync(folder)).toEqual(['space.json'])
})
