import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { inRoot } from './paths.mjs'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-imports-'))
  symlinkSync(inRoot('node_modules'), join(folder, 'node_modules'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Names of the import rules that planted files break. */
function broken(files: Record<string, string>): string[] {
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(folder, 'packages', dirname(path)), { recursive: true })
    writeFileSync(join(folder, 'packages', path), source)
  }
  const json = execFileSync(
    process.execPath,
    [
      inRoot('node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
      ...['packages', '--config', inRoot('.dependency-cruiser.cjs'), '--output-type', 'json'],
    ],
    { cwd: folder, encoding: 'utf8' },
  )
  const result: { summary: { violations: { rule: { name: string } }[] } } = JSON.parse(json)
  return [...new Set(result.summary.violations.map(violation => violation.rule.name))].sort()
}

const sqliteStore = { 'server/src/store/sqlite.ts': 'export type Row = number; export const open = 1\n' }

test('a pure room may import its own floor and the floors below', () => {
  expect(
    broken({
      'server/src/base/money.ts': "import { createHash } from 'node:crypto'\nexport const sha = createHash\n",
      'server/src/decide/decide.ts':
        "import { Compile } from 'typebox/compile'\nimport { sha } from '../base/money.ts'\nexport const a = [Compile, sha]\n",
    }),
  ).toEqual([])
})

test('a pure room that imports an adapter is refused', () => {
  const file = "import { open } from '../store/sqlite.ts'\nexport const a = open\n"
  expect(broken({ ...sqliteStore, 'server/src/decide/decide.ts': file })).toEqual([
    'floor-4-imports-downward',
  ])
})

test('so it is when it imports a type only', () => {
  const file = "import type { Row } from '../store/sqlite.ts'\nexport const a: Row = 1\n"
  expect(broken({ ...sqliteStore, 'server/src/history/a.ts': file })).toEqual(['floor-2-imports-downward'])
})

test('so it is when it imports at run time', () => {
  const file = "export const a = () => import('../store/sqlite.ts')\n"
  expect(broken({ ...sqliteStore, 'server/src/base/a.ts': file })).toEqual(['floor-0-imports-downward'])
})

test('so it is behind newer syntax', () => {
  const file =
    "export async function a() {\n  using b = (await import('../store/sqlite.ts')).open\n  return b\n}\n"
  expect(broken({ ...sqliteStore, 'server/src/base/a.ts': file })).toEqual(['floor-0-imports-downward'])
})

test.each(['node:fs', 'node:fs/promises', 'node:net', 'node:http', 'node:sqlite', 'node:worker_threads'])(
  'a pure room may not import %s',
  name => {
    const file = `import * as outside from '${name}'\nexport const a = outside\n`
    expect(broken({ 'server/src/rules/a.ts': file })).toEqual(['pure-rooms-reach-nothing-outside'])
  },
)

test('a pure room may not import a server, a logger or ONNX Runtime', () => {
  const file = "import express from 'express'\nexport const a = express\n"
  expect(broken({ 'server/src/policy/a.ts': file })).toEqual(['pure-rooms-use-no-adapter-package'])
})

test('only the scorer loads ONNX Runtime and only an explainer starts a thread', () => {
  const ort = "import * as ort from 'onnxruntime-node'\nexport const a = ort\n"
  const thread = "import { Worker } from 'node:worker_threads'\nexport const a = Worker\n"
  expect(broken({ 'server/src/model/onnx/scorer.ts': ort, 'server/src/model/explainer.ts': thread })).toEqual(
    [],
  )
  expect(broken({ 'server/src/model/trees.ts': ort })).toEqual(['pure-rooms-use-no-adapter-package'])
})

test('the service imports only the contract of the client', () => {
  expect(
    broken({ 'server/src/token/a.ts': "import { x } from '@atalaya/client/contract'\nexport const a = x\n" }),
  ).toEqual([])
  expect(
    broken({ 'server/src/token/a.ts': "import { x } from '@atalaya/client'\nexport const a = x\n" }),
  ).toEqual(['server-sees-only-the-contract'])
})

test('the contract imports nothing of the rest of the client', () => {
  expect(
    broken({
      'client/src/page/idle.ts': 'export const idle = 1\n',
      'client/src/contract/index.ts': "import { idle } from '../page/idle.ts'\nexport const a = idle\n",
    }),
  ).toEqual(['contract-stands-alone'])
})

test('a circle of imports is refused', () => {
  expect(
    broken({
      'server/src/base/a.ts': "import { b } from './b.ts'\nexport const a = b\n",
      'server/src/base/b.ts': "import { a } from './a.ts'\nexport const b = a\n",
    }),
  ).toEqual(['no-cycles'])
})

test('a new room must be given a floor', () => {
  const file = "import { a } from '../base/a.ts'\nexport const b = a\n"
  expect(broken({ 'server/src/base/a.ts': 'export const a = 1\n', 'server/src/misc/b.ts': file })).toEqual([
    'every-room-has-a-floor',
  ])
})
