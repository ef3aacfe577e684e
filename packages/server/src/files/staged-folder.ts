import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeWritableFolder } from './writable-folder.ts'

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
  await makeWritableFolder(folder)
  const stage = mkdtempSync(join(folder, '.partial-'))
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
