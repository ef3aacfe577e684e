import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeFolder } from './make-folder.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('a folder', () => {
  it('is made with all those above it, and may be there already', () => {
    const deep = join(folder, 'a', 'b', 'c')
    makeFolder(deep)
    makeFolder(deep)
    expect(existsSync(deep)).toBe(true)
  })

  it('below a file cannot be made', () => {
    writeFileSync(join(folder, 'file'), '')
    expect(() => makeFolder(join(folder, 'file', 'below'))).toThrow()
  })

  it.runIf(process.platform === 'linux')("in the kernel's own tree is refused at once", () => {
    expect(() => makeFolder('/proc/atalaya/data')).toThrow()
  })
})
