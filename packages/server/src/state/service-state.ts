import type { PaymentEvent } from '../events/payment-event.ts'
import type { History } from '../history/index.ts'
import type { HistoryViews } from '../history/types.ts'
import type { DecisionReader, FollowUpMark } from '../store/index.ts'
import { rebuildHistory, repeat } from './rebuild-history.ts'
import { SingleUseRegister } from './single-use.ts'
import type { HistorySnapshot } from './snapshot-file.ts'

/** A hundredth of a million entities takes some milliseconds, which a request may have to wait. */
const IDLE_SHARE = 0.01

/** What the service remembers in memory; rebuilt from the store at every start. */
export interface ServiceState {
  readonly history: History
  readonly singleUse: SingleUseRegister
  /** Place of the last arrival that came with the snapshot; 0 when everything was repeated. */
  readonly restoredSeq: number
  /**
   * Gives an event its place in the order of arrival, reads the history as it was before it, and adds it. One
   * synchronous step: parallel requests of one card see each other in exactly one order, the one that is stored.
   */
  arrive(event: PaymentEvent): { readonly seq: number; readonly history: HistoryViews }
  /** Gives what became known of a payment its place in the same order, and adds its mark, if any, to the history. */
  follow(mark: FollowUpMark | null): number
  /**
   * Frees the memory of a part of the entities that have been idle for more than a year; calls go round. No view
   * changes by it, so that it needs no place in the order of arrival.
   */
  forgetIdle(): void
  /** Says that what was given this place is stored, or never will be. */
  settle(seq: number): void
  /** The last place up to which the store will not change any more. */
  settledSeq(): number
}

/** Rebuilds the state by repeating every stored arrival in order, or those after a snapshot. */
export async function rebuildState(
  reader: DecisionReader,
  historyKey: Uint8Array,
  nowMs: number,
  snapshot?: HistorySnapshot,
): Promise<ServiceState> {
  const { history, restoredSeq } = await rebuildHistory(reader, historyKey, snapshot)
  let seq = reader.lastSeq()
  /** Places given and not settled, in ascending order. */
  const open = new Set<number>()
  const nextSeq = () => {
    seq += 1
    open.add(seq)
    return seq
  }
  return {
    history,
    restoredSeq,
    singleUse: new SingleUseRegister(reader.usedTokens(nowMs)),
    arrive: ({ keys, atMs, siteAmountMinor }) => {
      const views = history.view(keys, atMs)
      history.record({ keys, atMs, amountMinor: siteAmountMinor })
      return { seq: nextSeq(), history: views }
    },
    follow: mark => {
      if (mark) repeat(history, { ...mark, amountMinor: 0 })
      return nextSeq()
    },
    forgetIdle: () => {
      history.evictIdle(undefined, IDLE_SHARE)
    },
    settle: place => {
      open.delete(place)
    },
    settledSeq: () => {
      const first = open.values().next()
      return first.done ? seq : first.value - 1
    },
  }
}
