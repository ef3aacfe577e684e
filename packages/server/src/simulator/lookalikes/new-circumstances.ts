import { RISK } from '../risk.ts'
import { someResident } from '../shoppers/population.ts'
import { DAY_MS } from '../world/calendar.ts'
import { newCard } from '../world/cards.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { currentIp, installmentsFor, type Person, withNewContacts } from '../world/people.ts'
import { newPlace } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'

export const NEW_CIRCUMSTANCES_PAYMENTS = 1.7

/**
 * A shopper with a new telephone, most of them in a new home too, some on a journey, some with a new number, mailbox
 * or card: the honest twin of account takeover. What is new stays; the next orders come from there as well.
 */
export function startNewCircumstances(world: World, atMs: number): void {
  const rng = world.stream('new-circumstances')
  const person = someResident(rng, world, atMs)
  person.devices[0] = newDevice(rng, rng.chance(0.75) ? 'mobile' : 'desktop')
  person.account = withNewContacts(rng, person.account, 0.3, 0.45)
  if (rng.chance(0.2)) person.cards[0] = newCard(rng)
  const travels = rng.chance(0.2)
  if (!travels && rng.chance(0.8)) {
    person.household.place = newPlace(rng)
    person.household.ipUntilMs = 0
  }
  world.spawn(atMs, new Newly(rng, person, travels))
}

class Newly implements Actor {
  readonly #rng: Random
  readonly #person: Person
  readonly #abroad: string | null
  #left: number

  constructor(rng: Random, person: Person, travels: boolean) {
    this.#rng = rng
    this.#person = person
    this.#abroad = travels ? newAddress(rng, rng.chance(0.85) ? 'abroad' : 'hosting') : null
    this.#left = 1 + rng.poisson(NEW_CIRCUMSTANCES_PAYMENTS - 1)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    const person = this.#person
    const device = person.devices[0] ?? newDevice(rng, 'mobile')
    const wanted = rng.chance(0.45) ? RESALE_CATEGORIES : CATEGORIES
    const items = pickItems(rng, world.market, rng.weighted(wanted), 1.1)
    const hurried = rng.chance(person.brisk ? 0.35 : 0.03)
    const order: Order = {
      kind: 'new_circumstances',
      risk: RISK.newCircumstances,
      declined: rng.chance(0.09),
      account: person.account,
      method: 'card',
      card: person.cards[0] ?? null,
      items,
      place: person.household.place,
      billing: null,
      pickupPoint: rng.chance(0.15),
      installments: installmentsFor(rng, totalOf(items)),
      device,
      ip: this.#abroad ?? currentIp(rng, person, device, atMs),
      visit: {
        manner: hurried ? 'hurried' : rng.chance(0.5) ? 'returning' : 'browsing',
        pace: person.pace,
        consent: person.consent,
        pastesCard: rng.chance(person.usesVirtualCards || hurried ? 0.5 : 0.02),
        attempt: 1,
      },
    }
    this.#left--
    return { order, nextMs: this.#left > 0 ? atMs + rng.exponential(1.5 * DAY_MS) : null }
  }
}
