/** Runs `work` when the page is idle, after `withinMs` at the latest. WebKit has no requestIdleCallback. */
export function whenIdle(work: () => void, withinMs: number): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(work, { timeout: withinMs })
  else setTimeout(work, 50)
}

/** Runs `work` once the page is shown to a person: a prerendered page may never be. */
export function whenActivated(work: () => void): void {
  const page = document as Document & { readonly prerendering?: boolean }
  if (page.prerendering) document.addEventListener('prerenderingchange', work, { once: true })
  else work()
}

/** The value of `promise`, or `fallback` when it rejects or takes longer than `ms`. */
export function within<T, F>(promise: Promise<T>, ms: number, fallback: F): Promise<T | F> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms, fallback)
    promise
      .catch(() => fallback)
      .then(value => {
        clearTimeout(timer)
        resolve(value)
      })
  })
}
