import { DAY_MS } from './calendar.ts'
import type { Random } from './random.ts'
import type { Actor, World } from './world.ts'

/**
 * How many campaigns start a day in the mean, by time.
 *
 * @property perDay rate at a time; it may be nought
 * @property nextChange when the rate next changes after a time; infinite when it does not
 */
export interface CampaignRate {
  perDay(atMs: number): number
  nextChange(atMs: number): number
}

/** Starts campaigns at random times. */
export class Campaigns implements Actor {
  readonly #rng: Random
  readonly #rate: CampaignRate
  readonly #start: (world: World, atMs: number) => void

  constructor(world: World, name: string, rate: CampaignRate, start: (world: World, atMs: number) => void) {
    this.#rng = world.stream(`campaigns/${name}`)
    this.#rate = rate
    this.#start = start
  }

  /**
   * When the next one starts, seen from `atMs`; null when none will. An exponential gap has no memory, so one that
   * reaches over a change of the rate is drawn anew from the change on.
   */
  next(atMs: number): number | null {
    for (let fromMs = atMs; fromMs < Number.POSITIVE_INFINITY; fromMs = this.#rate.nextChange(fromMs)) {
      const perDay = this.#rate.perDay(fromMs)
      if (perDay <= 0) continue
      const nextMs = fromMs + this.#rng.exponential(DAY_MS / perDay)
      if (nextMs < this.#rate.nextChange(fromMs)) return nextMs
    }
    return null
  }

  wake(atMs: number, world: World): { order: null; nextMs: number | null } {
    this.#start(world, atMs)
    return { order: null, nextMs: this.next(atMs) }
  }
}
