import { parentPort, workerData } from 'node:worker_threads'
import { openStoredDecisions } from '../store/index.ts'
import { rebuildHistory } from './rebuild-history.ts'
import { markOf, readSnapshotFile, writeSnapshotFile } from './snapshot-file.ts'

/** What the thread is started with. */
export interface SnapshotTask {
  readonly folder: string
  readonly historyKey: Uint8Array
  /** The last place of which the store will not change any more. */
  readonly upToSeq: number
}

/**
 * Brings the snapshot of a data folder up to date from the store alone, beside the service: the last snapshot, then
 * what was committed since. The live history is not read, since it also holds what may yet fail to be stored.
 */
const { folder, historyKey, upToSeq } = workerData as SnapshotTask
const reader = openStoredDecisions(folder)
const { history, last, arrivals, restoredSeq } = await rebuildHistory(
  reader,
  historyKey,
  readSnapshotFile(folder),
  upToSeq,
)
reader.close()
if (last && last.seq > restoredSeq) {
  writeSnapshotFile(folder, { seq: last.seq, arrivals, mark: markOf(last), history: history.snapshot() })
}
parentPort?.postMessage(last?.seq ?? 0)
