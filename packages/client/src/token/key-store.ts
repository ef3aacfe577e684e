import type { DeviceKey } from '../contract/token.ts'
import { KEY_DATABASE } from './erase.ts'

const STORE = 'keys'
const KEY = 'device'

/** Where a device key is kept between visits. All calls reject when the browser refuses storage. */
export interface KeyStore {
  read(): Promise<DeviceKey | undefined>
  write(key: DeviceKey): Promise<void>
  /** Runs `work` while no other tab runs its own. */
  exclusively<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Keeps the key in IndexedDB by structured clone: the private half is never in a form that script could read.
 * Each call opens and closes the database, since an open connection can keep a page out of the back/forward cache.
 */
export const indexedDbKeyStore: KeyStore = {
  read: () => inStore('readonly', store => store.get(KEY)),
  write: async key => {
    await inStore('readwrite', store => store.put(key, KEY))
  },
  exclusively: async work => {
    // Two tabs that start together must not make two keys. Without Web Locks (old WebKit) the last one wins.
    if (!navigator.locks) return work()
    return navigator.locks.request('atalaya-key', work)
  },
}

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opening = indexedDB.open(KEY_DATABASE, 1)
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE)
  const database = await settled(opening)
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
