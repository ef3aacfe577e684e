import { CATEGORIES, type Category, categoryNamed, RESALE_CATEGORIES } from '../world/catalogue.ts'
import type { Device } from '../world/devices.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { currentIp, installmentsFor, type Person } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'

/** What somebody is after: trifles, what everybody buys, things for a home, or what sells on and is used up. */
export type Taste = 'cheap' | 'ordinary' | 'dear' | 'sells_on'

/** What a purchase is in the generator's eyes. */
export interface Errand {
  readonly kind: string
  readonly risk: number
  readonly taste: Taste
}

/** One card payment of a person with everything that is theirs: device, line, address, card and habits. */
export class Buyer implements Actor {
  readonly #rng: Random
  readonly #person: Person
  readonly #errand: Errand

  constructor(rng: Random, person: Person, errand: Errand) {
    this.#rng = rng
    this.#person = person
    this.#errand = errand
  }

  wake(atMs: number, world: World): { order: Order; nextMs: null } {
    const rng = this.#rng
    const person = this.#person
    const { taste, ...truth } = this.#errand
    const sellsOn = taste === 'sells_on'
    const items = pickItems(rng, world.market, categoryFor(rng, taste), sellsOn ? 1.35 : 1)
    const device = deviceOf(rng, person)
    const order: Order = {
      ...truth,
      declined: rng.chance(0.06),
      account: person.account,
      method: 'card',
      card: person.cards[0] ?? null,
      items,
      place: person.household.place,
      billing: null,
      // Nobody signs for a parcel at a locker.
      pickupPoint: rng.chance(sellsOn ? 0.6 : 0.12),
      installments: sellsOn ? 1 : installmentsFor(rng, totalOf(items)),
      device,
      ip: currentIp(rng, person, device, atMs),
      visit: {
        manner: rng.chance(sellsOn ? 0.65 : person.brisk ? 0.4 : 0.02) ? 'hurried' : 'returning',
        pace: person.pace,
        consent: person.consent,
        pastesCard: rng.chance(person.usesVirtualCards ? 0.6 : 0.02),
        attempt: 1,
      },
    }
    return { order, nextMs: null }
  }
}

const deviceOf = (rng: Random, person: Person): Device =>
  (rng.chance(0.8) ? person.devices[0] : undefined) ?? rng.pick(person.devices)

function categoryFor(rng: Random, taste: Taste): Category {
  if (taste === 'cheap') return rng.weighted(CHEAP)
  if (taste === 'ordinary') return rng.weighted(CATEGORIES)
  if (taste === 'sells_on')
    return rng.chance(0.2) ? categoryNamed('gift_cards') : rng.weighted(RESALE_CATEGORIES)
  return rng.chance(0.35) ? rng.weighted(RESALE_CATEGORIES) : rng.weighted(FOR_THE_HOME)
}

const CHEAP = CATEGORIES.filter(({ medianMinor }) => medianMinor < 9000)
const FOR_THE_HOME = ['home', 'appliances', 'computers'].map(categoryNamed)
