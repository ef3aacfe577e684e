import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { stageFolder } from './staged-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-staged-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('files get their place together, and one that was not written again goes', async () => {
  writeFileSync(join(folder, 'old'), 'of an earlier run')
  const stage = await stageFolder(folder)
  writeFileSync(stage.path('new'), '')
  expect(existsSync(join(folder, 'new'))).toBe(false)
  stage.finish(['new', 'old'])
  expect(readdirSync(folder)).toEqual(['new'])
})

it('what is given up leaves no trace, not even the folder when it was made for it', async () => {
  const made = join(folder, 'a')
  const stage = await stageFolder(made)
  writeFileSync(stage.path('file'), '')
  stage.discard()
  expect(existsSync(made)).toBe(false)
  mkdirSync(made)
  const again = await stageFolder(made)
  again.discard()
  expect(readdirSync(made)).toEqual([])
})

it('a folder that cannot be made is named', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(stageFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({
    code: 'folder_not_writable',
  })
})
