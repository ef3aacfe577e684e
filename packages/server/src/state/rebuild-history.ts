import { setImmediate as nextTurn } from 'node:timers/promises'
import { History, HistoryError } from '../history/index.ts'
import type { Arrival, DecisionReader } from '../store/index.ts'
import { type HistorySnapshot, markOf } from './snapshot-file.ts'

/** Arrivals repeated in one turn of the event loop: health checks are answered in between. */
const ARRIVALS_PER_TURN = 5_000

/** A history that holds the arrivals of a store up to a place. */
export interface RebuiltHistory {
  readonly history: History
  /** The last arrival in it, if any. */
  readonly last: Arrival | undefined
  readonly arrivals: number
  /** Place of the last arrival that came with the snapshot; 0 when everything was repeated. */
  readonly restoredSeq: number
}

/**
 * Rebuilds the history by repeating every stored arrival in order, or those after a snapshot, which gives the same.
 * A snapshot that is not one of this store and this key is left aside.
 *
 * @param upToSeq the last place to be repeated
 */
export async function rebuildHistory(
  reader: DecisionReader,
  historyKey: Uint8Array,
  snapshot?: HistorySnapshot,
  upToSeq: number = Number.POSITIVE_INFINITY,
): Promise<RebuiltHistory> {
  const start = snapshot && snapshot.seq <= upToSeq ? restore(reader, historyKey, snapshot) : undefined
  const history = start?.history ?? new History({ hashKey: historyKey })
  const restoredSeq = start?.last.seq ?? 0
  let last = start?.last
  let repeated = 0
  for (const arrival of reader.arrivals(restoredSeq)) {
    if (arrival.seq > upToSeq) break
    repeat(history, arrival)
    last = arrival
    repeated += 1
    if (repeated % ARRIVALS_PER_TURN === 0) await nextTurn()
  }
  return { history, last, arrivals: (start?.arrivals ?? 0) + repeated, restoredSeq }
}

/** The history of a snapshot, or `undefined` when it is not one of this store and this key. */
export function restore(
  reader: DecisionReader,
  hashKey: Uint8Array,
  { seq, arrivals, mark, history }: HistorySnapshot,
) {
  const [last] = reader.arrivals(seq - 1)
  if (last?.seq !== seq || !markOf(last).equals(mark) || reader.arrivalCount(seq) !== arrivals)
    return undefined
  try {
    return { history: History.restore(history, { hashKey }), last, arrivals }
  } catch (error) {
    // Of another key or format: the store has everything that is in it.
    if (error instanceof HistoryError) return undefined
    throw error
  }
}

/** Tells the history what it was told when this arrived. */
export function repeat(history: History, arrival: Omit<Arrival, 'seq'>): void {
  if (arrival.kind === 'payment') history.record(arrival)
  else if (arrival.kind === 'decline') history.recordDecline(arrival)
  else history.recordFraud(arrival)
}
