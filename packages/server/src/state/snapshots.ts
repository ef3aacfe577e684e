import { Worker } from 'node:worker_threads'
import { siblingModule } from '../base/sibling.ts'
import type { SnapshotTask } from './snapshot-worker.ts'

/** Fewer arrivals than this are repeated in about a second. */
const MIN_ARRIVALS = 100_000

/** Keeps the snapshot of a data folder fresh enough for a fast start. */
export interface Snapshots {
  /** Starts to write a snapshot when enough came since the last one and none is being written. */
  refresh(settledSeq: number): void
  /** The same, and waits for it, but gives up after so long: the start after it is slower then, nothing else. */
  finish(settledSeq: number, limitMs: number): Promise<void>
}

export interface SnapshotOptions {
  readonly folder: string
  readonly historyKey: Uint8Array
  /** Place of the last arrival in the snapshot at the start, 0 without one. */
  readonly seq: number
  /** Told why a snapshot could not be written; the next one is tried as ever. */
  readonly onFault: (error: unknown) => void
  readonly minArrivals?: number
}

/** Writes snapshots on a thread of its own, so that no request waits. */
export function keepSnapshots({
  folder,
  historyKey,
  seq,
  onFault,
  minArrivals = MIN_ARRIVALS,
}: SnapshotOptions): Snapshots {
  let snapshotSeq = seq
  let worker: Worker | undefined
  let writing: Promise<void> | undefined

  const write = async (task: SnapshotTask) => {
    try {
      worker = new Worker(siblingModule(import.meta.url, 'snapshot-worker'), { workerData: task })
      snapshotSeq = await answerOf(worker)
    } catch (error) {
      onFault(error)
    } finally {
      writing = undefined
    }
  }
  const refresh = (settledSeq: number) => {
    if (settledSeq - snapshotSeq >= minArrivals)
      writing ??= write({ folder, historyKey, upToSeq: settledSeq })
  }
  return {
    refresh,
    finish: async (settledSeq, limitMs) => {
      refresh(settledSeq)
      if (!writing) return
      const timer = setTimeout(() => void worker?.terminate(), limitMs)
      await writing
      clearTimeout(timer)
    },
  }
}

function answerOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread that writes snapshots ended')))
  })
}
