/** The two calls of Web Storage that a session needs. */
export interface Store {
  read(key: string): string | null
  write(key: string, value: string | null): void
  /** Whether something written can be read back. */
  works(): boolean
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
  const read = (key: string) => attempt(() => sessionStorage.getItem(key))
  const write = (key: string, value: string | null) => {
    attempt(() => (value === null ? sessionStorage.removeItem(key) : sessionStorage.setItem(key, value)))
  }
  return {
    read,
    write,
    works() {
      write('atalaya.probe', '1')
      const found = read('atalaya.probe') === '1'
      write('atalaya.probe', null)
      return found
    },
  }
}
