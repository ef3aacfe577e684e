import type { ServiceState } from '../state/index.ts'
import type { DecisionStore, NewDelivery } from '../store/index.ts'

/** How long after a failed write it is tried whether the store works again; the first time at once. */
const PROBE_MS = 2_000

/** Who hears how the store does. */
export interface StoreWatchers {
  /** Whether traffic can be served; told at every change. */
  readonly onWorks: (works: boolean) => void
  /** Messages to webhooks have become durable. */
  readonly onMessages: () => void
  /** Brings the state back to what is stored. */
  readonly mend: () => Promise<void>
  /** Told why that failed; it is tried again. */
  readonly onFault: (error: unknown) => void
}

/**
 * The store, with its writes watched. Places in the order of arrival are settled. From a failed write on nothing is
 * taken in, since it could only leave marks in the running history that are never stored; expired rows are deleted
 * from time to time until that works, the history is built again without what was lost, and traffic comes back.
 */
export function watchStore(
  store: DecisionStore,
  state: ServiceState,
  { onWorks, onMessages, mend, onFault }: StoreWatchers,
): DecisionStore {
  let failing = false
  let takesIn = true
  let mending = false
  let probe: NodeJS.Timeout | undefined

  const probeIn = (delayMs: number) => {
    probe ??= setTimeout(() => {
      probe = undefined
      watched.purge(Date.now()).catch(() => undefined)
    }, delayMs).unref()
  }
  const turn = (open: boolean) => {
    if (takesIn === open) return
    takesIn = open
    state.takeIn(open)
    onWorks(open)
  }
  const failed = () => {
    probeIn(failing ? PROBE_MS : 0)
    failing = true
    turn(false)
  }
  const worked = async () => {
    failing = false
    if (mending || (takesIn && !state.isAstray())) return
    mending = true
    try {
      while (state.isAstray()) await mend()
      // When a write failed in the meantime, the probe comes here again.
      if (!failing) turn(true)
    } catch (error) {
      onFault(error)
      // Not at once: it costs a reading of the store.
      probeIn(PROBE_MS)
      failed()
    } finally {
      mending = false
    }
  }
  const watch = async (
    write: Promise<void>,
    { seq, deliveries = [] }: { readonly seq?: number; readonly deliveries?: readonly NewDelivery[] } = {},
  ) => {
    try {
      await write
    } catch (error) {
      if (seq !== undefined) state.settle(seq, false)
      failed()
      throw error
    }
    if (seq !== undefined) state.settle(seq, true)
    void worked()
    if (deliveries.length > 0) onMessages()
  }
  const watched: DecisionStore = {
    ...store,
    commit: commit =>
      watch(store.commit(commit), { seq: commit.stored.seq, deliveries: commit.deliveries ?? [] }),
    commitFollowUp: commit =>
      watch(store.commitFollowUp(commit), { seq: commit.followUp.seq, deliveries: commit.deliveries ?? [] }),
    commitTokenUse: use => watch(store.commitTokenUse(use)),
    commitDelivery: progress => watch(store.commitDelivery(progress)),
    purge: nowMs => watch(store.purge(nowMs)),
    close: () => {
      clearTimeout(probe)
      return store.close()
    },
  }
  return watched
}
