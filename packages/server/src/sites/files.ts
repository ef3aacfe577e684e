import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Static, TProperties, TSchema } from 'typebox'
import type { Validator } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from '../files/make-folder.ts'

/** Folder in a data folder while a backup is being put into it. */
export const RESTORING = '.restoring'

/**
 * Makes the data folder (mode 0700) and shows that it can be written.
 *
 * @throws {AtalayaError} `data_folder_unwritable`, `restore_unfinished`
 */
export function prepareDataFolder(folder: string): void {
  if (existsSync(`${folder}/${RESTORING}`))
    throw new AtalayaError(
      'restore_unfinished',
      `a restore into ${folder} was broken off`,
      'Empty the folder and restore the backup again.',
    )
  const probe = `${folder}/.write-test-${process.pid}`
  try {
    makeFolder(folder, 0o700)
    writeWhole(probe, '')
    rmSync(probe)
  } catch (cause) {
    throw new AtalayaError(
      'data_folder_unwritable',
      `the data folder ${folder} cannot be written (${reason(cause)})`,
      'Name a folder that this user may write to in ATALAYA_DATA_DIR.',
      { cause },
    )
  }
}

/** Writes a private file (mode 0600) whole or not at all, also when the power fails. */
export function writePrivateJson(path: string, value: unknown): void {
  try {
    writeWhole(path, `${JSON.stringify(value, null, 2)}\n`)
  } catch (cause) {
    throw new AtalayaError(
      'data_folder_unwritable',
      `${path} cannot be written (${reason(cause)})`,
      'Give this user the right to write it, or name another folder in ATALAYA_DATA_DIR.',
      { cause },
    )
  }
}

/**
 * Reads a JSON file and checks it against its schema.
 *
 * @returns `undefined` when the file does not exist
 * @throws {AtalayaError} `file_unreadable`, or `file_invalid` naming the field
 */
export function readJson<S extends TSchema>(
  path: string,
  schema: Validator<TProperties, S>,
): Static<S> | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw new AtalayaError(
      'file_unreadable',
      `${path} cannot be read (${reason(cause)})`,
      'Give this user the right to read it.',
      { cause },
    )
  }
  const value = parse(path, text)
  if (schema.Check(value)) return value as Static<S>
  const fault = schema.Errors(value)[0]
  throw invalid(path, `${fault?.instancePath || 'the file'} ${fault?.message ?? 'does not fit its schema'}`)
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw invalid(path, `it is not JSON: ${reason(cause)}`)
  }
}

/** The fault of a file that can be read and means nothing. */
export function invalid(path: string, what: string): AtalayaError {
  return new AtalayaError(
    'file_invalid',
    `${path}: ${what}`,
    'Mend the field, or restore the file from a backup.',
  )
}

function writeWhole(path: string, text: string): void {
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  chmodSync(temporary, 0o600)
  renameSync(temporary, path)
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))
