import { setImmediate as nextTurn } from 'node:timers/promises'
import type { PaymentEvent } from '../events/payment-event.ts'
import { History } from '../history/index.ts'
import type { HistoryViews } from '../history/types.ts'
import type { Arrival, DecisionReader, FollowUpMark } from '../store/index.ts'
import { SingleUseRegister } from './single-use.ts'

/** What the service remembers in memory; rebuilt from the store at every start. */
export interface ServiceState {
  readonly history: History
  readonly singleUse: SingleUseRegister
  /**
   * Gives an event its place in the order of arrival, reads the history as it was before it, and adds it. One
   * synchronous step: parallel requests of one card see each other in exactly one order, the one that is stored.
   */
  arrive(event: PaymentEvent): { readonly seq: number; readonly history: HistoryViews }
  /** Gives what became known of a payment its place in the same order, and adds its mark, if any, to the history. */
  follow(mark: FollowUpMark | null): number
}

/** Arrivals repeated in one turn of the event loop: health checks are answered in between. */
const ARRIVALS_PER_TURN = 5_000

/** Rebuilds the state by repeating every stored arrival in order. */
export async function rebuildState(
  reader: DecisionReader,
  historyKey: Uint8Array,
  nowMs: number,
): Promise<ServiceState> {
  const history = new History({ hashKey: historyKey })
  let repeated = 0
  for (const arrival of reader.arrivals()) {
    repeat(history, arrival)
    repeated += 1
    if (repeated % ARRIVALS_PER_TURN === 0) await nextTurn()
  }
  let seq = reader.lastSeq()
  return {
    history,
    singleUse: new SingleUseRegister(reader.usedTokens(nowMs)),
    arrive: ({ keys, atMs, siteAmountMinor }) => {
      const views = history.view(keys, atMs)
      history.record({ keys, atMs, amountMinor: siteAmountMinor })
      seq += 1
      return { seq, history: views }
    },
    follow: mark => {
      if (mark) repeat(history, { ...mark, amountMinor: 0 })
      seq += 1
      return seq
    },
  }
}

function repeat(history: History, arrival: Omit<Arrival, 'seq'>): void {
  if (arrival.kind === 'payment') history.record(arrival)
  else if (arrival.kind === 'decline') history.recordDecline(arrival)
  else history.recordFraud(arrival)
}
