import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AtalayaError } from '../../base/errors.ts'
import { storeFault } from './faults.ts'

/**
 * Takes a data folder for this process alone. The lock is one of the operating system (an exclusive transaction on
 * a database of its own), so that it ends with the process however that ends, and no stale file has to be removed.
 *
 * @returns gives the folder back
 * @throws {AtalayaError} `data_folder_in_use`
 */
export function lockDataFolder(folder: string): () => void {
  const path = join(folder, 'lock.sqlite')
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(path, { timeout: 0 })
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock?.close()
    const fault = storeFault(error, path)
    if (fault.code !== 'store_locked') throw fault
    throw new AtalayaError(
      'data_folder_in_use',
      `another Atalaya service is using the data folder ${folder}`,
      'Stop it, or name another folder in ATALAYA_DATA_DIR.',
      { cause: error },
    )
  }
  const held = lock
  return () => held.close()
}
