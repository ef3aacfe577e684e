const PROBE_MS = 20

/** Tells how late the event loop is. */
export interface LoopDelay {
  /** By how much the last probe was late, or the next one is already, ms. */
  delayMs(): number
  stop(): void
}

/** Watches the event loop by a timer, which comes late when the loop does. */
export function watchLoopDelay(): LoopDelay {
  let dueMs = performance.now() + PROBE_MS
  let lastMs = 0
  const timer = setInterval(() => {
    lastMs = Math.max(0, performance.now() - dueMs)
    dueMs = performance.now() + PROBE_MS
  }, PROBE_MS).unref()
  return {
    delayMs: () => Math.max(lastMs, performance.now() - dueMs),
    stop: () => clearInterval(timer),
  }
}
