import { DAY_MS } from './calendar.ts'
import type { Random } from './random.ts'
import type { Actor, World } from './world.ts'

/** Starts campaigns at random times, so many a day in the mean. */
export class Campaigns implements Actor {
  readonly #rng: Random
  readonly #perDay: number
  readonly #start: (world: World, atMs: number) => void

  constructor(world: World, name: string, perDay: number, start: (world: World, atMs: number) => void) {
    this.#rng = world.stream(`campaigns/${name}`)
    this.#perDay = perDay
    this.#start = start
  }

  /** When the next one starts, seen from `atMs`. */
  next(atMs: number): number {
    return atMs + this.#rng.exponential(DAY_MS / this.#perDay)
  }

  wake(atMs: number, world: World): { order: null; nextMs: number } {
    this.#start(world, atMs)
    return { order: null, nextMs: this.next(atMs) }
  }
}
