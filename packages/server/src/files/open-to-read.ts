import { existsSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

const SQLITE_READONLY = 8
const SQLITE_CANTOPEN = 14

/**
 * Opens a database that is only read, also on a disk that takes no write: there SQLite cannot make the shared memory
 * that reading beside a writer needs, and without a log nobody writes. Not for a service that writes the same database.
 */
export function openToRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
  try {
    database.prepare('PRAGMA schema_version').get()
    return database
  } catch (error) {
    database.close()
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0
    const log = `${path}-wal`
    if ((code !== SQLITE_CANTOPEN && code !== SQLITE_READONLY) || (existsSync(log) && statSync(log).size > 0))
      throw error
    const address = pathToFileURL(path)
    address.searchParams.set('immutable', '1')
    return new DatabaseSync(address, { readOnly: true })
  }
}
