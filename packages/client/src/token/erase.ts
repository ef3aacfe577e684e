/** The database that keeps the device key. */
export const KEY_DATABASE = 'atalaya'

/** Erases the device key with its database. Never rejects: where IndexedDB is refused there is nothing to erase. */
export function eraseKeys(): Promise<void> {
  return new Promise(resolve => {
    try {
      const deleting = indexedDB.deleteDatabase(KEY_DATABASE)
      deleting.onsuccess = deleting.onerror = () => resolve()
    } catch {
      resolve()
    }
  })
}
