/**
 * Group commit: what arrives while one batch is being written becomes the next batch. Under load the cost of
 * making something durable is shared by all that wait for it; alone, an item is written at once.
 */
export class GroupCommit<Item> {
  readonly #write: (batch: readonly Item[]) => Promise<void>
  #waiting: Waiting<Item>[] = []
  #writing: Promise<void> | undefined

  /** @param write makes a batch durable, whole or not at all */
  constructor(write: (batch: readonly Item[]) => Promise<void>) {
    this.#write = write
  }

  /** Resolves when the item is durable; rejects with the fault of its batch. */
  submit(item: Item): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#writing ??= this.#run()
    })
  }

  /** Resolves when nothing is waiting or being written. */
  async drain(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      // Everything submitted in the same turn of the event loop shares the batch.
      await new Promise(resolve => setImmediate(resolve))
      const batch = this.#waiting
      this.#waiting = []
      try {
        await this.#write(batch.map(({ item }) => item))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#writing = undefined
  }
}

interface Waiting<Item> {
  readonly item: Item
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}
