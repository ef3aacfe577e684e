import type { Sale } from '../drift/drift.ts'
import { RISK } from '../risk.ts'
import { DAY_MS } from '../world/calendar.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { currentIp, freshAge, installmentsFor, NEW_VERIFIED } from '../world/people.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'
import { hourFactor, Settlement, someResident } from './population.ts'

/**
 * The rush of a sale such as Cyber Days: while it lasts honest people buy more, dearer and in a hurry, a third of them
 * for the first time, with the card at hand.
 */
export class SaleRush implements Actor {
  readonly #rng: Random
  readonly #settlement: Settlement
  readonly #untilMs: number
  readonly #gapMs: number

  /** @param perDay honest payments of an ordinary day */
  constructor(world: World, { untilMs, factor }: Sale, perDay: number) {
    this.#rng = world.stream('sale')
    this.#settlement = new Settlement(this.#rng, world)
    this.#untilMs = untilMs
    this.#gapMs = DAY_MS / (perDay * (factor - 1))
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const nextMs = atMs + this.#rng.exponential(this.#gapMs / hourFactor(atMs))
    return { order: this.#purchase(atMs, world), nextMs: nextMs < this.#untilMs ? nextMs : null }
  }

  #purchase(atMs: number, world: World): Order {
    const rng = this.#rng
    const fresh = rng.chance(0.33)
    const person = fresh
      ? this.#settlement.person(atMs - freshAge(rng), NEW_VERIFIED)
      : someResident(rng, world, atMs)
    const device = rng.pick(person.devices)
    const byCard = person.method === 'card' || rng.chance(0.2)
    const wanted = rng.chance(0.45) ? RESALE_CATEGORIES : CATEGORIES
    const items = pickItems(rng, world.market, rng.weighted(wanted), 0.95, 1 + rng.poisson(0.3))
    const hurried = rng.chance(person.brisk ? 0.8 : 0.25)
    return {
      kind: 'sale',
      risk: byCard ? RISK.sale : RISK.withoutCard,
      declined: rng.chance(byCard ? 0.08 : 0.01),
      account: person.account,
      method: byCard ? 'card' : person.method,
      card: byCard ? (person.cards[0] ?? null) : null,
      items,
      place: person.household.place,
      billing: null,
      pickupPoint: rng.chance(0.15),
      installments: byCard ? installmentsFor(rng, totalOf(items)) : 1,
      device,
      ip: currentIp(rng, person, device, atMs),
      visit: {
        manner: hurried ? 'hurried' : fresh ? 'browsing' : 'returning',
        pace: person.pace,
        consent: person.consent,
        pastesCard: byCard && rng.chance(person.usesVirtualCards || hurried ? 0.3 : 0.02),
        attempt: 1,
      },
    }
  }
}
