import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AtalayaError } from '../../base/errors.ts'
import { openToRead } from '../../files/open-to-read.ts'
import { GroupCommit } from '../group-commit.ts'
import type { DecisionReader, DecisionStore } from '../types.ts'
import { toDeliveryRows } from './delivery-rows.ts'
import { storeFault } from './faults.ts'
import { toFollowUpRows } from './follow-up-rows.ts'
import { requireAcknowledged } from './head-file.ts'
import { lockDataFolder } from './lock.ts'
import type { BatchRows } from './messages.ts'
import { openReader } from './reader.ts'
import { toRows, toTokenUseRows } from './rows.ts'
import { startWriter } from './writer-thread.ts'

export const STORE_FILE = 'atalaya.sqlite'

export interface SqliteStoreOptions {
  /** Told the size of every batch that was committed. */
  readonly onCommit?: (batchSize: number) => void
}

/**
 * Opens the embedded store of a data folder for this process alone.
 *
 * @throws {AtalayaError} `data_folder_in_use`, `data_folder_unwritable`, `store_corrupt`, `store_behind`, `store_too_new`
 */
export async function openSqliteStore(
  folder: string,
  { onCommit }: SqliteStoreOptions = {},
): Promise<DecisionStore> {
  const path = join(folder, STORE_FILE)
  const unlock = lockDataFolder(folder)
  try {
    requireWhole(folder, path)
    const writer = await startWriter(path)
    const commits = new GroupCommit<BatchRows>(async batch => {
      await writer.ask({ kind: 'commit', batch })
      onCommit?.(batch.length)
    })
    const reader = openReader(path)
    return {
      reader,
      commit: decision => commits.submit(toRows(decision)),
      commitTokenUse: use => commits.submit(toTokenUseRows(use)),
      commitDelivery: progress => commits.submit(toDeliveryRows(progress)),
      commitFollowUp: followUp => commits.submit(toFollowUpRows(followUp)),
      purge: nowMs => writer.ask({ kind: 'purge', nowMs }),
      close: async () => {
        await commits.drain()
        reader.close()
        await writer.ask({ kind: 'close' })
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function requireWhole(folder: string, path: string): void {
  try {
    requireAcknowledged(folder, path)
  } catch (error) {
    throw storeFault(error, path)
  }
}

/**
 * Reads the decisions of a data folder, also while a service is writing to it.
 *
 * @throws {AtalayaError} `store_missing`, or what the database says
 */
export function openStoredDecisions(folder: string): DecisionReader {
  const path = join(folder, STORE_FILE)
  if (existsSync(path)) return openReader(path, openToRead)
  throw new AtalayaError(
    'store_missing',
    `there is no store in ${folder}`,
    'Name the data folder of a service in --data or ATALAYA_DATA_DIR.',
  )
}
