/** A binary heap of things to wake, by time and then by order of insertion, so that ties are deterministic. */
export class Schedule<T> {
  readonly #times: number[] = []
  readonly #sequence: number[] = []
  readonly #items: T[] = []
  #inserted = 0

  get size(): number {
    return this.#items.length
  }

  add(timeMs: number, item: T): void {
    this.#times.push(timeMs)
    this.#sequence.push(this.#inserted++)
    this.#items.push(item)
    let child = this.#items.length - 1
    while (child > 0) {
      const parent = (child - 1) >> 1
      if (!this.#before(child, parent)) break
      this.#swap(child, parent)
      child = parent
    }
  }

  /** The earliest item with its time, or `undefined` when nothing is left. */
  take(): { readonly timeMs: number; readonly item: T } | undefined {
    const timeMs = this.#times[0]
    const item = this.#items[0]
    if (timeMs === undefined || item === undefined) return undefined
    this.#swap(0, this.#items.length - 1)
    this.#times.pop()
    this.#sequence.pop()
    this.#items.pop()
    this.#sink()
    return { timeMs, item }
  }

  #sink(): void {
    let parent = 0
    for (;;) {
      const left = 2 * parent + 1
      if (left >= this.#items.length) return
      const right = left + 1
      const child = right < this.#items.length && this.#before(right, left) ? right : left
      if (!this.#before(child, parent)) return
      this.#swap(child, parent)
      parent = child
    }
  }

  #before(a: number, b: number): boolean {
    const gap = (this.#times[a] ?? 0) - (this.#times[b] ?? 0)
    return gap === 0 ? (this.#sequence[a] ?? 0) < (this.#sequence[b] ?? 0) : gap < 0
  }

  #swap(a: number, b: number): void {
    swap(this.#times, a, b)
    swap(this.#sequence, a, b)
    swap(this.#items, a, b)
  }
}

function swap<T>(list: T[], a: number, b: number): void {
  const kept = list[a] as T
  list[a] = list[b] as T
  list[b] = kept
}
