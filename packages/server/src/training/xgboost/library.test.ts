import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { installHint, libraryCandidates } from './library.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'libxgboost-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function place(path: string): string {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
  return file
}

const linux = { platform: 'linux', arch: 'x64' } as const

it('takes the override alone, as a file or as its folder', () => {
  const file = place('libxgboost.so')
  for (const path of [file, folder])
    expect(libraryCandidates({ ...linux, env: { ATALAYA_LIBXGBOOST: path } })).toEqual([file])
})

it('does not fall back when the override names no library', () => {
  const missing = join(folder, 'nothing.so')
  expect(libraryCandidates({ ...linux, env: { ATALAYA_LIBXGBOOST: missing } })).toEqual([missing])
  expect(libraryCandidates({ ...linux, env: { ATALAYA_LIBXGBOOST: folder } })).toEqual([])
})

it('finds the library of the active conda environment first', () => {
  const file = place('lib/libxgboost.so')
  expect(libraryCandidates({ ...linux, env: { CONDA_PREFIX: folder } })[0]).toBe(file)
})

it('finds the library inside a pip wheel of the active virtual environment', () => {
  const file = place('lib/python3.12/site-packages/xgboost/lib/libxgboost.so')
  expect(libraryCandidates({ ...linux, env: { VIRTUAL_ENV: folder } })[0]).toBe(file)
})

it('finds the library of Homebrew', () => {
  const file = place('opt/xgboost/lib/libxgboost.dylib')
  const machine = { platform: 'darwin', arch: 'arm64', env: { HOMEBREW_PREFIX: folder } } as const
  expect(libraryCandidates(machine)[0]).toBe(file)
})

it('finds a wheel of a Windows environment', () => {
  const file = place('Lib/site-packages/xgboost/lib/xgboost.dll')
  const machine = { platform: 'win32', arch: 'x64', env: { VIRTUAL_ENV: folder } } as const
  expect(libraryCandidates(machine)).toEqual([file])
})

it('says in one line how to install it', () => {
  expect(installHint('linux')).toContain('apt-get install libxgboost0')
  expect(installHint('darwin')).toContain('brew install xgboost')
  expect(installHint('win32')).toContain('pip install xgboost')
  for (const platform of ['linux', 'darwin', 'win32'] as const)
    expect(installHint(platform)).not.toContain('\n')
})
