/**
 * Closes what runs at SIGTERM or SIGINT, then ends the process. A signal to the whole process group may arrive twice
 * (from the shell and from npm): the second must not cut the draining short.
 */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false
  const stop = () => {
    if (closing) return
    closing = true
    void close().then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** Ends the process at a signal by its exit, at which work that was begun is taken back. */
export function exitOnSignal(): void {
  process.once('SIGHUP', () => process.exit(129))
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
}
