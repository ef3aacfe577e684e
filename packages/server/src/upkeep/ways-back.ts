import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AtalayaError } from '../base/errors.ts'
import { openToRead } from '../files/open-to-read.ts'
import { renewNonceKey } from '../sites/index.ts'
import {
  lockDataFolder,
  missingFromStore,
  readHeadFile,
  removeHeadFile,
  STORE_FILE,
  storeFault,
} from '../store/index.ts'

/**
 * Goes on with a store that holds less than was acknowledged. Tokens whose use is lost could be used again, so the
 * key of the nonces is made anew.
 *
 * @returns what is missing, in words
 * @throws {AtalayaError} `store_whole` when nothing is missing, `data_folder_in_use`
 */
export function acceptLoss(folder: string): string {
  const path = join(folder, STORE_FILE)
  const unlock = lockDataFolder(folder)
  try {
    const head = readHeadFile(folder)
    const missing = head && missingIn(path, () => missingFromStore(openToRead(path), head, Date.now()))
    if (missing === undefined)
      throw new AtalayaError('store_whole', `nothing is missing from the store ${path}`, 'Start the service.')
    renewNonceKey(folder)
    removeHeadFile(folder)
    return missing
  } finally {
    unlock()
  }
}

/**
 * Builds every index of a stopped service's store again from its tables.
 *
 * @throws {AtalayaError} `data_folder_in_use`, or what the store says
 */
export function reindex(folder: string): void {
  const path = join(folder, STORE_FILE)
  const unlock = lockDataFolder(folder)
  try {
    missingIn(path, () => {
      const database = new DatabaseSync(path)
      try {
        database.exec('PRAGMA synchronous = FULL; REINDEX')
      } finally {
        database.close()
      }
    })
  } finally {
    unlock()
  }
}

function missingIn<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw storeFault(error, path)
  }
}
