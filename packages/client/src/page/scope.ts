/** Listeners and other things of a page that end together. */
export interface Scope {
  /** Adds a passive capture listener that never throws into the page. */
  on<E extends Event>(target: EventTarget, type: string, listener: (event: E) => void): void
  /** Registers what else must be undone when the scope closes. */
  add(cleanup: () => void): void
  /** Removes all listeners and runs all cleanups; does nothing the second time. */
  close(): void
}

/** Runs a listener's work; the runner of collectors replaces it to time and cap what it runs. */
export type Guard = (work: () => void) => void

/** Runs `work` and swallows what it throws: a fault of the SDK must not become a fault of the shop's page. */
export const quietly: Guard = work => {
  try {
    work()
  } catch {
    // Nothing to do: the signal stays uncollected.
  }
}

/** Opens a scope whose listeners all run under `guard`. */
export function openScope(guard: Guard = quietly): Scope {
  let cleanups: (() => void)[] = []
  const add = (cleanup: () => void) => {
    cleanups.push(cleanup)
  }
  return {
    add,
    on<E extends Event>(target: EventTarget, type: string, listener: (event: E) => void) {
      const handler = (event: Event) => guard(() => listener(event as E))
      const options = { capture: true, passive: true }
      target.addEventListener(type, handler, options)
      add(() => target.removeEventListener(type, handler, options))
    },
    close() {
      const ending = cleanups
      cleanups = []
      for (const cleanup of ending) quietly(cleanup)
    },
  }
}
