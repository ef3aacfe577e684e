import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import { join } from 'node:path'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from './make-folder.ts'

/** Files that appear in their folder together at the end, or not at all: a process that exits before leaves none. */
export interface StagedFolder {
  /** Where a file is written until then. */
  path(name: string): string
  /** Gives what was written its place; files of an earlier run that were not written again are removed. */
  finish(names: readonly string[]): void
  discard(): void
}

/** @throws AtalayaError `folder_not_writable` */
export async function stageFolder(folder: string): Promise<StagedFolder> {
  const isNew = !existsSync(folder)
  let stage: string
  try {
    makeFolder(folder)
    await access(folder, constants.W_OK)
    stage = mkdtempSync(join(folder, '.partial-'))
  } catch (cause) {
    throw new AtalayaError(
      'folder_not_writable',
      `${folder} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
      'Choose another folder with --out',
      { cause },
    )
  }
  const path = (name: string) => join(stage, name)
  const discard = () => {
    process.off('exit', discard)
    rmSync(isNew ? folder : stage, { recursive: true, force: true })
  }
  process.once('exit', discard)
  return {
    ...{ path, discard },
    finish: names => {
      process.off('exit', discard)
      for (const name of names) {
        if (existsSync(path(name))) renameSync(path(name), join(folder, name))
        else rmSync(join(folder, name), { force: true })
      }
      rmSync(stage, { recursive: true })
    },
  }
}
