import { RISK } from '../risk.ts'
import { Settlement } from '../shoppers/population.ts'
import { DAY_MS, MINUTE_MS } from '../world/calendar.ts'
import { newCard } from '../world/cards.ts'
import { CATEGORIES } from '../world/catalogue.ts'
import type { Device } from '../world/devices.ts'
import { type Item, type Order, pickItems } from '../world/order.ts'
import { currentIp, freshAge, type Person } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import { Sitting } from '../world/visit.ts'
import type { Actor, World } from '../world/world.ts'

/** Mean payments of an episode. */
export const CARD_TROUBLE_PAYMENTS = 3.2

/** A shopper whose cards fail one after another, borrowed ones included: the honest twin of card testing by hand. */
export function startCardTrouble(world: World, atMs: number): void {
  const rng = world.stream('card-trouble')
  const age = rng.chance(0.4) ? freshAge(rng) : rng.exponential(300 * DAY_MS)
  const person = new Settlement(rng, world).person(atMs - age)
  world.spawn(atMs, new CardTrouble(rng, person, world))
}

class CardTrouble implements Actor {
  readonly #rng: Random
  readonly #person: Person
  readonly #items: readonly Item[]
  readonly #device: Device
  readonly #sitting = new Sitting()
  #attempt = 1

  constructor(rng: Random, person: Person, world: World) {
    this.#rng = rng
    this.#person = person
    this.#device = rng.pick(person.devices)
    this.#items = pickItems(rng, world.market, rng.weighted(CATEGORIES), 1)
    for (let extra = rng.poisson(1); extra > 0; extra--) person.cards.push(newCard(rng))
  }

  wake(atMs: number): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    const person = this.#person
    const attempt = this.#attempt++
    const declined = attempt < 3 || rng.chance(0.45)
    const order: Order = {
      kind: 'card_trouble',
      risk: RISK.cardTrouble,
      declined,
      account: person.account,
      method: 'card',
      card: rng.pick(person.cards),
      items: this.#items,
      place: person.household.place,
      billing: null,
      pickupPoint: false,
      installments: 1,
      device: this.#device,
      ip: currentIp(rng, person, this.#device, atMs),
      visit: {
        manner: 'browsing',
        pace: person.pace,
        consent: person.consent,
        pastesCard: person.usesVirtualCards,
        attempt,
        sitting: this.#sitting,
      },
    }
    const more = declined && attempt < 9 && rng.chance(0.9)
    return { order, nextMs: more ? atMs + rng.between(0.6, 7) * MINUTE_MS : null }
  }
}
