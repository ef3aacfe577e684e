import { Settlement } from '../shoppers/population.ts'
import { OneTimer, Shopper } from '../shoppers/shopper.ts'
import { DAY_MS, HOUR_MS } from '../world/calendar.ts'
import { freshAge, NEW_VERIFIED } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'

/** Nobody of the cast shops again sooner than this. */
const REST_MS = 8 * HOUR_MS
/** So many shoppers are remembered as possible victims of a takeover. */
const MOST_RESIDENTS = 1000

/** The demo's shoppers: some come back after a rest, some are new to the service, some are new to the shop. */
export class Cast {
  readonly #rng: Random
  readonly #settlement: Settlement
  readonly #rested: { readonly actor: Actor; readonly sinceMs: number }[] = []

  constructor(world: World) {
    this.#rng = world.stream('cast')
    this.#settlement = new Settlement(this.#rng, world)
  }

  /** Who shops at a time, which must not go backwards from call to call. */
  next(world: World, atMs: number): Actor {
    const first = this.#rested[0]
    if (first && first.sinceMs + REST_MS < atMs && this.#rng.chance(0.55)) {
      this.#rested.shift()
      return first.actor
    }
    if (this.#rng.chance(0.2)) {
      const person = this.#settlement.person(atMs - freshAge(this.#rng), NEW_VERIFIED)
      return new OneTimer(world.stream('newcomer'), person)
    }
    const person = this.#settlement.person(atMs - this.#rng.exponential(400 * DAY_MS))
    if (world.residents.length < MOST_RESIDENTS) world.residents.push(person)
    return new Shopper(world.stream('shopper'), person, 1 + this.#rng.poisson(4))
  }

  /** Somebody has shopped and may come back. */
  rest(actor: Actor, atMs: number): void {
    if (actor instanceof Shopper) this.#rested.push({ actor, sinceMs: atMs })
  }
}
