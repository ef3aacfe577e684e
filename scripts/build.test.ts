import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { contentDigest } from './build.mjs'

let folder = ''
const digest = () => contentDigest(folder, ['package.json', 'src'])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-build-'))
  mkdirSync(join(folder, 'src', 'base'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{}')
  writeFileSync(join(folder, 'src', 'base', 'money.ts'), 'export const one = 1')
})

afterEach(() => rmSync(folder, { recursive: true }))

test('a change of content changes the digest', () => {
  const before = digest()
  writeFileSync(join(folder, 'src', 'base', 'money.ts'), 'export const one = 2')
  expect(digest()).not.toBe(before)
})

test('a renamed file changes the digest', () => {
  const before = digest()
  renameSync(join(folder, 'src', 'base', 'money.ts'), join(folder, 'src', 'base', 'cash.ts'))
  expect(digest()).not.toBe(before)
})

test('a new modification time alone does not', () => {
  const before = digest()
  utimesSync(join(folder, 'package.json'), 1, 1)
  expect(digest()).toBe(before)
})

test('a test file does not', () => {
  const before = digest()
  writeFileSync(join(folder, 'src', 'base', 'money.test.ts'), '')
  expect(digest()).toBe(before)
})
