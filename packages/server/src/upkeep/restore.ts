import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from '../files/make-folder.ts'
import { RESTORING, renewNonceKey } from '../sites/index.ts'
import { lockDataFolder, STORE_FILE } from '../store/index.ts'
import type { Progress } from '../training/progress.ts'
import { type BackedUpFile, type Backup, readBackup, sealed, syncFolder } from './backup-file.ts'
import { checkDataFolder } from './check.ts'

/** What may lie in a folder that counts as empty: the lock, and what file systems put into their root. */
const MAY_BE_THERE = /^(lock\.sqlite(-journal)?|lost\+found)$/

/**
 * Puts a backup into an empty data folder, whole or not at all; the backup is checked first. The key of the nonces is
 * made anew: which of them were used after the backup is not known, so that none of before may count.
 *
 * @throws {AtalayaError} `backup_missing`, `backup_damaged`, `data_folder_not_empty`, `data_folder_in_use`,
 *   `restore_failed`
 */
export function restore(from: string, folder: string, progress: Progress): Backup {
  const backup = readBackup(from)
  checkBackup(from, backup, progress)
  makeFolder(folder, 0o700)
  const unlock = lockDataFolder(folder)
  try {
    const there = readdirSync(folder).filter(name => !MAY_BE_THERE.test(name))
    if (there.length > 0)
      throw new AtalayaError(
        'data_folder_not_empty',
        `${folder} is not empty: ${there.slice(0, 5).join(', ')}`,
        'Restore into an empty folder; move what is there away first.',
      )
    put(from, folder, backup, progress)
  } finally {
    unlock()
  }
  return backup
}

function checkBackup(from: string, backup: Backup, progress: Progress): void {
  progress.phase('comparing', backup.files.length)
  for (const [index, file] of backup.files.entries()) {
    requireEqual(from, file)
    progress.update(index + 1, file.path)
  }
  const first = checkDataFolder(from, progress).findings.find(({ damage }) => damage)
  if (first) throw damaged(from, `${first.part}: ${first.what}`)
}

function requireEqual(folder: string, { path, bytes, sha256 }: BackedUpFile): void {
  if (!existsSync(join(folder, path))) throw damaged(folder, `${path} is missing`)
  const found = sealed(folder, path)
  if (found.bytes !== bytes || found.sha256 !== sha256)
    throw damaged(folder, `${path} is not what was backed up`)
}

function put(from: string, folder: string, backup: Backup, progress: Progress): void {
  const stage = join(folder, RESTORING)
  const put: string[] = []
  // The folder was empty: taking a restore back leaves it so.
  const takeBack = () => {
    for (const name of put) rmSync(join(folder, name), { recursive: true, force: true })
    rmSync(stage, { recursive: true, force: true })
  }
  process.once('exit', takeBack)
  try {
    mkdirSync(stage, { mode: 0o700 })
    progress.phase('restoring', backup.files.length)
    for (const [index, file] of backup.files.entries()) {
      makeFolder(dirname(join(stage, file.path)), 0o700)
      copyFileSync(join(from, file.path), join(stage, file.path))
      chmodSync(join(stage, file.path), 0o600)
      requireEqual(stage, file)
      progress.update(index + 1, file.path)
    }
    renewNonceKey(stage)
    // The store last: until it and the folder of the restore have their places, no service starts here.
    const names = readdirSync(stage).sort((a, b) => Number(a === STORE_FILE) - Number(b === STORE_FILE))
    for (const name of names) {
      renameSync(join(stage, name), join(folder, name))
      put.push(name)
    }
    syncFolder(folder)
    rmdirSync(stage)
    syncFolder(folder)
  } catch (error) {
    takeBack()
    if (error instanceof AtalayaError) throw error
    throw new AtalayaError(
      'restore_failed',
      `the backup could not be put into ${folder} (${error instanceof Error ? error.message : String(error)})`,
      'Look at its disk; the folder was left empty.',
      { cause: error },
    )
  } finally {
    process.off('exit', takeBack)
  }
}

const damaged = (folder: string, what: string) =>
  new AtalayaError(
    'backup_damaged',
    `the backup ${folder} is damaged: ${what}`,
    'Restore another one; nothing was written.',
  )
