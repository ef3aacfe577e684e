import { DAY_MS, dayFactor } from '../world/calendar.ts'
import {
  freshAge,
  type Household,
  NEW_VERIFIED,
  newHousehold,
  newPerson,
  nextPurchase,
  type Person,
} from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'
import { OneTimer, Shopper } from './shopper.ts'

/**
 * Mean payments a day of a regular shopper: 0.060 is the mean of 1 / (log-normal gap, median 20 days, sigma .6); the
 * rest are retries after declines and those who sign up and stay. Measured, so that a history has the asked length.
 */
export const REGULAR_ORDERS_PER_DAY = 0.0638

/** People move into the world in households of one to four. */
export class Settlement {
  readonly #rng: Random
  readonly #world: World
  #household: Household
  #room = 0

  constructor(rng: Random, world: World) {
    this.#rng = rng
    this.#world = world
    this.#household = newHousehold(rng)
  }

  person(createdAtMs: number, verified = 0.8): Person {
    const rng = this.#rng
    if (this.#room <= 0) {
      this.#household = newHousehold(rng)
      this.#room = rng.weighted([
        { people: 1, share: 0.6 },
        { people: 2, share: 0.25 },
        { people: 3, share: 0.1 },
        { people: 4, share: 0.05 },
      ]).people
    }
    this.#room--
    const office = rng.chance(0.15) ? rng.pick(this.#world.offices) : null
    return newPerson(rng, this.#household, office, createdAtMs, verified)
  }
}

/** Puts the shoppers in place who had accounts before the world began. */
export function settleRegulars(world: World, count: number, startMs: number): void {
  const rng = world.stream('regulars')
  const settlement = new Settlement(rng, world)
  for (let i = 0; i < count; i++) {
    const person = settlement.person(startMs - rng.exponential(500 * DAY_MS))
    const stream = world.stream('shopper')
    world.residents.push(person)
    world.spawn(nextPurchase(stream, person, startMs), new Shopper(stream, person, 1 + rng.poisson(4)))
  }
}

/** Somebody with an account of some age; in a world without residents, a stranger to it. */
export function someResident(rng: Random, world: World, atMs: number): Person {
  return world.residents.length > 0
    ? rng.pick(world.residents)
    : new Settlement(rng, world).person(atMs - rng.exponential(500 * DAY_MS))
}

/** New people who sign up to buy, day and night, for as long as the world lasts. */
export class SignUps implements Actor {
  readonly #rng: Random
  readonly #settlement: Settlement
  readonly #perDay: number
  readonly #regularShare: number

  /** @param regularShare share of those who sign up and stay */
  constructor(world: World, perDay: number, regularShare: number) {
    this.#rng = world.stream('sign-ups')
    this.#settlement = new Settlement(this.#rng, world)
    this.#perDay = perDay
    this.#regularShare = regularShare
  }

  wake(atMs: number, world: World): { order: null; nextMs: number } {
    const rng = this.#rng
    const person = this.#settlement.person(atMs, NEW_VERIFIED)
    const stream = world.stream('newcomer')
    const stays = rng.chance(this.#regularShare)
    world.spawn(atMs + freshAge(rng), stays ? new Shopper(stream, person, 0) : new OneTimer(stream, person))
    return { order: null, nextMs: atMs + rng.exponential(DAY_MS / (this.#perDay * hourFactor(atMs))) }
  }
}

/** Few sign up at night: from 1 at 3 p.m. swing down to a tenth at 3 a.m., Lima time. */
export function hourFactor(atMs: number): number {
  const hour = ((atMs / 3_600_000 - 5) % 24) / 24
  return dayFactor(atMs) * (1 + 0.82 * Math.cos(2 * Math.PI * (hour - 15.5 / 24)))
}
