import type { ServiceState } from '../state/index.ts'
import type { DecisionStore, NewDelivery } from '../store/index.ts'

/**
 * The store, with its writes watched: places in the order of arrival are settled, `onResult` hears after every write
 * whether the store works, so that traffic goes elsewhere while it does not, and `onMessages` when messages to webhooks
 * have become durable. Expired rows are deleted from time to time even without traffic: that shows when it works again.
 */
export function watchStore(
  store: DecisionStore,
  state: ServiceState,
  onResult: (works: boolean) => void,
  onMessages: () => void,
): DecisionStore {
  const watch = async (
    write: Promise<void>,
    { seq, deliveries = [] }: { readonly seq?: number; readonly deliveries?: readonly NewDelivery[] } = {},
  ) => {
    try {
      await write
      onResult(true)
    } catch (error) {
      onResult(false)
      throw error
    } finally {
      if (seq !== undefined) state.settle(seq)
    }
    if (deliveries.length > 0) onMessages()
  }
  return {
    ...store,
    commit: commit =>
      watch(store.commit(commit), { seq: commit.stored.seq, deliveries: commit.deliveries ?? [] }),
    commitFollowUp: commit =>
      watch(store.commitFollowUp(commit), { seq: commit.followUp.seq, deliveries: commit.deliveries ?? [] }),
    commitTokenUse: use => watch(store.commitTokenUse(use)),
    commitDelivery: progress => watch(store.commitDelivery(progress)),
    purge: nowMs => watch(store.purge(nowMs)),
  }
}
