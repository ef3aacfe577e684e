import { AtalayaError } from '../../base/errors.ts'

/** SQLite's primary result codes, https://sqlite.org/rescode.html. */
const SQLITE_BUSY = 5
const SQLITE_READONLY = 8
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_NOTADB = 26

/** Says in one line what a fault of SQLite means for whoever runs the service. */
export function storeFault(error: unknown, path: string): AtalayaError {
  if (error instanceof AtalayaError) return error
  const text = error instanceof Error ? error.message : String(error)
  switch (primaryCode(error)) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return new AtalayaError(
        'store_corrupt',
        `the store ${path} is damaged (${text})`,
        'Stop the service and put a backup in its place; keep the damaged file for inspection.',
        { cause: error },
      )
    case SQLITE_BUSY:
      return new AtalayaError(
        'store_locked',
        `another process is writing to the store ${path}`,
        'Stop that process, or give this one a data folder of its own.',
        { cause: error },
      )
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
      return new AtalayaError(
        'data_folder_unwritable',
        `the store ${path} cannot be opened for writing (${text})`,
        'Give this user the right to write the data folder and the files in it.',
        { cause: error },
      )
    case SQLITE_FULL:
      return new AtalayaError('store_full', `the disk of ${path} is full`, 'Make room on it.', {
        cause: error,
      })
    default:
      return new AtalayaError(
        'store_failed',
        `the store ${path} failed (${text})`,
        'Look at the disk it is on.',
        {
          cause: error,
        },
      )
  }
}

/** The low byte of an extended result code is the primary one. */
function primaryCode(error: unknown): number | undefined {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}
