import { RISK } from '../risk.ts'
import { Settlement, someResident } from '../shoppers/population.ts'
import { DAY_MS } from '../world/calendar.ts'
import { CATEGORIES, newSeller, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { type Item, type Order, offer } from '../world/order.ts'
import { currentIp, freshAge, installmentsFor, NEW_VERIFIED, type Person } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'

export const PROMOTION_PAYMENTS = 50

/**
 * A new seller with a promotion that everybody talks about: the same two or three products at the same price, ordered
 * within days by people who sign up for it or who know the shop and what they want. Twin of the colluding seller.
 */
export function startPromotion(world: World, atMs: number): void {
  const rng = world.stream('promotion')
  const wanted = rng.chance(0.6) ? RESALE_CATEGORIES : CATEGORIES
  const seller = newSeller(rng, rng.weighted(wanted))
  const products = Array.from({ length: rng.integer(2, 3) }, () => offer(rng, seller, 0.75))
  const settlement = new Settlement(rng, world)
  const payments = 10 + rng.poisson(PROMOTION_PAYMENTS - 10)
  const days = rng.between(6, 20)
  for (let i = 0; i < payments; i++) {
    const when = atMs + rng.next() * days * DAY_MS
    const fresh = rng.chance(0.45)
    const person = fresh
      ? settlement.person(when - freshAge(rng), NEW_VERIFIED)
      : someResident(rng, world, when)
    world.spawn(when, new Bargain(rng, person, products, fresh))
  }
}

class Bargain implements Actor {
  readonly #plan: readonly [Random, Person, readonly Item[], boolean]

  constructor(...plan: [Random, Person, readonly Item[], boolean]) {
    this.#plan = plan
  }

  wake(atMs: number): { order: Order; nextMs: null } {
    const [rng, person, products, fresh] = this.#plan
    const device = rng.pick(person.devices)
    const byCard = person.method === 'card' || rng.chance(0.2)
    const item = rng.pick(products)
    // They come by a link to the one product, so even people in no haste see little else.
    const hurried = rng.chance(person.brisk ? 0.7 : 0.05)
    const order: Order = {
      kind: 'promotion',
      risk: byCard ? RISK.promotion : RISK.withoutCard,
      declined: rng.chance(byCard ? 0.07 : 0.01),
      account: person.account,
      method: byCard ? 'card' : person.method,
      card: byCard ? (person.cards[0] ?? null) : null,
      items: [item],
      place: person.household.place,
      billing: null,
      pickupPoint: rng.chance(0.12),
      installments: byCard ? installmentsFor(rng, item.priceMinor) : 1,
      device,
      ip: currentIp(rng, person, device, atMs),
      visit: {
        manner: hurried ? 'hurried' : fresh ? 'browsing' : 'returning',
        pace: person.pace,
        consent: person.consent,
        pastesCard: byCard && rng.chance(person.usesVirtualCards || hurried ? 0.5 : 0.02),
        attempt: 1,
      },
    }
    return { order, nextMs: null }
  }
}
