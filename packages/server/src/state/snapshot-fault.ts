import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DecisionReader } from '../store/index.ts'
import { restore } from './rebuild-history.ts'
import { readSnapshotFile, SNAPSHOT_FILE } from './snapshot-file.ts'

/** Why the snapshot of a data folder will be left aside at the next start; `undefined` when it will not, or is not there. */
export function snapshotFault(
  folder: string,
  reader: DecisionReader,
  historyKey: Uint8Array,
): string | undefined {
  if (!existsSync(join(folder, SNAPSHOT_FILE))) return undefined
  const snapshot = readSnapshotFile(folder)
  if (!snapshot) return 'it is damaged, or of another version'
  return restore(reader, historyKey, snapshot) ? undefined : 'it is not one of this store'
}
