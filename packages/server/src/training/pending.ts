/** Things that become known at their own time, taken out in that order; of one time, in the order they came. */
export class PendingQueue<T> {
  readonly #heap: { readonly atMs: number; readonly sequence: number; readonly item: T }[] = []
  #sequence = 0

  get size(): number {
    return this.#heap.length
  }

  add(atMs: number, item: T): void {
    const heap = this.#heap
    heap.push({ atMs, sequence: this.#sequence++, item })
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1
      if (!this.#before(child, parent)) return
      this.#swap(child, parent)
      child = parent
    }
  }

  /** Takes out the earliest thing known at `nowMs`, or nothing. */
  takeUntil(nowMs: number): { readonly atMs: number; readonly item: T } | undefined {
    const heap = this.#heap
    const first = heap[0]
    if (first === undefined || first.atMs > nowMs) return undefined
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    heap[0] = last
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1
      const child = left + 1 < heap.length && this.#before(left + 1, left) ? left + 1 : left
      if (child >= heap.length || !this.#before(child, parent)) return first
      this.#swap(child, parent)
      parent = child
    }
  }

  #before(a: number, b: number): boolean {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x === undefined || y === undefined) return false
    return x.atMs < y.atMs || (x.atMs === y.atMs && x.sequence < y.sequence)
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]]
    if (x === undefined || y === undefined) return
    this.#heap[a] = y
    this.#heap[b] = x
  }
}
