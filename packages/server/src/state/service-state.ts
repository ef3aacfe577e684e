import { AtalayaError } from '../base/errors.ts'
import type { PaymentEvent } from '../events/payment-event.ts'
import type { History } from '../history/index.ts'
import type { HistoryViews } from '../history/types.ts'
import type { Arrival, DecisionReader, FollowUpMark } from '../store/index.ts'
import { rebuildHistory, repeat } from './rebuild-history.ts'
import { SingleUseRegister } from './single-use.ts'
import type { HistorySnapshot } from './snapshot-file.ts'

/** A hundredth of a million entities takes some milliseconds, which a request may have to wait. */
const IDLE_SHARE = 0.01

/** What the service remembers in memory; rebuilt from the store at every start. */
export interface ServiceState {
  /** The running history; another one after {@link mend}. */
  readonly history: History
  readonly singleUse: SingleUseRegister
  /** Place of the last arrival that came with the snapshot; 0 when everything was repeated. */
  readonly restoredSeq: number
  /**
   * Gives an event its place in the order of arrival, reads the history as it was before it, and adds it. One
   * synchronous step: parallel requests of one card see each other in exactly one order, the one that is stored.
   *
   * @throws {AtalayaError} `store_failing` while nothing is taken in
   */
  arrive(event: PaymentEvent): { readonly seq: number; readonly history: HistoryViews }
  /**
   * Gives what became known of a payment its place in the same order, and adds its mark, if any, to the history.
   *
   * @throws {AtalayaError} `store_failing` while nothing is taken in
   */
  follow(mark: FollowUpMark | null): number
  /**
   * Frees the memory of a part of the entities that have been idle for more than a year; calls go round. No view
   * changes by it, so that it needs no place in the order of arrival.
   */
  forgetIdle(): void
  /** Says that what was given this place is stored, or never will be. A place that is settled already stays so. */
  settle(seq: number, stored: boolean): void
  /** The last place up to which the store will not change any more. */
  settledSeq(): number
  /** Whether arrivals are taken in; while the store fails they could only leave marks that are never stored. */
  takeIn(open: boolean): void
  /** Whether the history holds something that was never stored. */
  isAstray(): boolean
  /**
   * Builds the history again from the store and what is still being stored, beside the one in use, and puts it in
   * its place: nothing can be taken out of a history.
   */
  mend(snapshot?: HistorySnapshot): Promise<void>
}

/** Rebuilds the state by repeating every stored arrival in order, or those after a snapshot. */
export async function rebuildState(
  reader: DecisionReader,
  historyKey: Uint8Array,
  nowMs: number,
  snapshot?: HistorySnapshot,
): Promise<ServiceState> {
  const { history: rebuilt, restoredSeq } = await rebuildHistory(reader, historyKey, snapshot)
  let history = rebuilt
  let seq = reader.lastSeq()
  let takesIn = true
  let astray = false
  /** Places given and not settled, in ascending order, and what the history was told at them. */
  const open = new Map<number, ToldArrival | null>()
  const nextSeq = (told: ToldArrival | null) => {
    seq += 1
    open.set(seq, told)
    return seq
  }
  const settledSeq = () => {
    const first = open.keys().next()
    return first.done ? seq : first.value - 1
  }
  const requireOpen = () => {
    if (!takesIn)
      throw new AtalayaError(
        'store_failing',
        'the store did not take the last writes',
        'It is tried again every few seconds; the log tells why it fails.',
      )
  }
  return {
    get history() {
      return history
    },
    restoredSeq,
    singleUse: new SingleUseRegister(reader.usedTokens(nowMs)),
    arrive: ({ keys, atMs, siteAmountMinor }) => {
      requireOpen()
      const views = history.view(keys, atMs)
      const told: ToldArrival = { kind: 'payment', keys, atMs, amountMinor: siteAmountMinor }
      repeat(history, told)
      return { seq: nextSeq(told), history: views }
    },
    follow: mark => {
      requireOpen()
      const told = mark && { ...mark, amountMinor: 0 }
      if (told) repeat(history, told)
      return nextSeq(told)
    },
    forgetIdle: () => {
      history.evictIdle(undefined, IDLE_SHARE)
    },
    settle: (place, stored) => {
      if (!stored && open.get(place)) astray = true
      open.delete(place)
    },
    settledSeq,
    takeIn: isOpen => {
      takesIn = isOpen
    },
    isAstray: () => astray,
    mend: async fromSnapshot => {
      while (astray) {
        astray = false
        const next = await rebuildHistory(reader, historyKey, fromSnapshot, settledSeq())
        // From here to its taking over nothing waits, so that no arrival is missed.
        const later = new Map(open)
        for (const { seq: place, ...told } of reader.arrivals(next.last?.seq ?? 0)) later.set(place, told)
        for (const [, told] of [...later].sort(([a], [b]) => a - b)) if (told) repeat(next.history, told)
        history = next.history
      }
    },
  }
}

/** An arrival before its place is stored. */
type ToldArrival = Omit<Arrival, 'seq'>
