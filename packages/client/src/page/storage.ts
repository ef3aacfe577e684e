/** The two calls of Web Storage that a session needs. */
export interface Store {
  read(key: string): string | null
  write(key: string, value: string | null): void
}

/** `sessionStorage` that never throws: a browser may refuse the object itself, or the quota. */
export function tabStorage(): Store {
  const attempt = <T>(work: () => T): T | null => {
    try {
      return work()
    } catch {
      return null
    }
  }
  return {
    read: key => attempt(() => sessionStorage.getItem(key)),
    write(key, value) {
      attempt(() => (value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value)))
    },
  }
}
