import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from '../files/make-folder.ts'
import { openToRead } from '../files/open-to-read.ts'
import { writePrivateJson } from '../sites/index.ts'
import { openStoredDecisions, STORE_FILE, storeFault } from '../store/index.ts'
import type { Progress } from '../training/progress.ts'
import { BACKUP_FILE, type Backup, sealed, syncFolder } from './backup-file.ts'
import { checkDataFolder } from './check.ts'

/** What is of the running process, or is made again from the rest. */
const LEFT_OUT = [
  /^lock\.sqlite/,
  /-(wal|shm|journal)$/,
  /^history\.snapshot/,
  /^store\.head$/,
  /^shadow-scores\.ndjson/,
  /\.tmp$/,
  /^\./,
  /^lost\+found$/,
]

/**
 * Copies a data folder while its service runs, as one new folder: each database as it is at one moment, the store
 * first, so that the sites and policies its decisions name are there; then every other file. The copy is checked
 * before it gets its name, so a folder of that name is a whole backup.
 *
 * @param out a folder that does not exist yet
 * @throws {AtalayaError} `backup_exists`, `backup_inside`, `backup_damaged`, `backup_failed`, or what the store says
 */
export function backUp(folder: string, out: string, progress: Progress): Backup {
  // Reading it names what is wrong with the store before anything is written.
  openStoredDecisions(folder).close()
  if (existsSync(out))
    throw new AtalayaError(
      'backup_exists',
      `${out} exists already`,
      'Name a folder that does not exist yet in --out.',
    )
  const inside = relative(resolve(folder), resolve(out))
  if (!inside.startsWith('..'))
    throw new AtalayaError(
      'backup_inside',
      `${out} lies in the data folder`,
      'Put backups elsewhere, best on another disk.',
    )
  const stage = join(dirname(resolve(out)), `.${basename(out)}.partial-${process.pid}`)
  const discard = () => rmSync(stage, { recursive: true, force: true })
  process.once('exit', discard)
  try {
    makeFolder(stage, 0o700)
    const backup = fill(folder, stage, progress)
    renameSync(stage, out)
    syncFolder(dirname(resolve(out)))
    return backup
  } catch (error) {
    if (error instanceof AtalayaError) throw error
    throw new AtalayaError(
      'backup_failed',
      `the backup could not be written (${error instanceof Error ? error.message : String(error)})`,
      'Look at the disk of --out; nothing was kept.',
      { cause: error },
    )
  } finally {
    discard()
    process.off('exit', discard)
  }
}

function fill(folder: string, stage: string, progress: Progress): Backup {
  const createdAtMs = Date.now()
  const { databases, files, folders } = contents(folder)
  progress.phase('copying', databases.length + files.length)
  for (const path of folders) mkdirSync(join(stage, path), { mode: 0o700 })
  for (const [index, path] of databases.entries()) {
    copyDatabase(join(folder, path), join(stage, path))
    progress.update(index + 1, path)
  }
  for (const [index, path] of files.entries()) {
    copyFileSync(join(folder, path), join(stage, path))
    chmodSync(join(stage, path), 0o600)
    progress.update(databases.length + index + 1, path)
  }
  const report = checkDataFolder(stage, progress)
  const first = report.findings.find(({ damage }) => damage)
  if (first)
    throw new AtalayaError(
      'backup_damaged',
      `what would be backed up is damaged (${first.part}: ${first.what})`,
      `See \`atalaya store check --data ${folder}\`; nothing was kept.`,
    )
  const reader = openStoredDecisions(stage)
  const lastSeq = reader.lastSeq()
  reader.close()
  // Reading leaves the files of a database that is being written.
  for (const path of databases)
    for (const more of ['-wal', '-shm']) rmSync(join(stage, path + more), { force: true })
  const backup: Backup = {
    format: 'atalaya-backup/1',
    ...{ createdAtMs, decisions: report.decisions, lastSeq },
    files: [...databases, ...files].map(path => sealed(stage, path)),
  }
  writePrivateJson(join(stage, BACKUP_FILE), backup)
  for (const path of ['', ...folders]) syncFolder(join(stage, path))
  return backup
}

/** `VACUUM INTO` reads one moment and never starts over, as copying pages does with every commit of the service. */
function copyDatabase(from: string, to: string): void {
  const database = openToRead(from)
  try {
    database.prepare('VACUUM INTO ?').run(to)
  } catch (error) {
    throw storeFault(error, from)
  } finally {
    database.close()
  }
  chmodSync(to, 0o600)
}

/** Paths below a data folder, the store first. */
function contents(folder: string): {
  readonly databases: readonly string[]
  readonly files: readonly string[]
  readonly folders: readonly string[]
} {
  const files: string[] = []
  const folders: string[] = []
  const walk = (below: string) => {
    for (const name of readdirSync(join(folder, below)).sort()) {
      if (LEFT_OUT.some(pattern => pattern.test(name))) continue
      const path = below === '' ? name : `${below}/${name}`
      // Follows links: a backup holds what they lead to.
      if (statSync(join(folder, path)).isDirectory()) {
        folders.push(path)
        walk(path)
      } else files.push(path)
    }
  }
  walk('')
  const isDatabase = (path: string) => path.endsWith('.sqlite')
  const databases = files
    .filter(isDatabase)
    .sort((a, b) => Number(b === STORE_FILE) - Number(a === STORE_FILE))
  return { databases, files: files.filter(path => !isDatabase(path)), folders }
}
