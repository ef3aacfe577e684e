import { RISK } from '../risk.ts'
import { DAY_MS, HOUR_MS } from '../world/calendar.ts'
import { newCard } from '../world/cards.ts'
import { CATEGORIES, categoryNamed, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems } from '../world/order.ts'
import { freshAge, NEW_VERIFIED, newAccount, newHousehold, newPerson, type Person } from '../world/people.ts'
import { newPlace } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'

/** Mean payments of one shared machine. */
export const CYBERCAFE_PAYMENTS = 45
export const KIOSK_PAYMENTS = 60
export const RESELLER_PAYMENTS = 30

/**
 * An internet café, a school, a shared house: few computers, one line, many accounts, often new ones that want a
 * telephone. The honest twin of the device ring; its people take their time and pay with their own cards.
 */
export function startCybercafe(world: World, atMs: number): void {
  const rng = world.stream('cybercafe')
  const computers = Array.from({ length: rng.integer(2, 5) }, () => newDevice(rng, 'desktop'))
  const ip = newAddress(rng, 'home')
  const region = newPlace(rng).region
  const visits = 1 + rng.poisson(CYBERCAFE_PAYMENTS - 1)
  const days = rng.between(10, 30)
  for (let i = 0; i < visits; i++) {
    const when = atMs + rng.next() * days * DAY_MS
    const household = { ...newHousehold(rng), place: newPlace(rng, region) }
    const fresh = rng.chance(0.5)
    const age = fresh ? freshAge(rng) : rng.exponential(250 * DAY_MS)
    const person = newPerson(rng, household, null, when - age, fresh ? NEW_VERIFIED : 0.8)
    world.spawn(when, new CafeVisit(rng, person, rng.pick(computers), ip, fresh))
  }
}

class CafeVisit implements Actor {
  readonly #plan: readonly [Random, Person, Device, string, boolean]

  constructor(...plan: [Random, Person, Device, string, boolean]) {
    this.#plan = plan
  }

  wake(_atMs: number, world: World): { order: Order; nextMs: null } {
    const [rng, person, device, ip, fresh] = this.#plan
    const category = rng.chance(0.4) ? rng.weighted(RESALE_CATEGORIES) : rng.weighted(CATEGORIES)
    const byCard = rng.chance(0.75)
    const order: Order = {
      kind: 'cybercafe',
      risk: byCard ? RISK.cybercafe : RISK.withoutCard,
      declined: rng.chance(0.07),
      account: person.account,
      method: byCard ? 'card' : 'pagoefectivo',
      card: byCard ? (person.cards[0] ?? null) : null,
      items: pickItems(rng, world.market, category, 1),
      place: person.household.place,
      billing: null,
      pickupPoint: rng.chance(0.25),
      installments: 1,
      device,
      ip,
      visit: {
        manner: fresh || rng.chance(0.5) ? 'browsing' : 'returning',
        pace: person.pace,
        consent: person.consent,
        pastesCard: byCard && rng.chance(0.03),
        attempt: 1,
      },
    }
    return { order, nextMs: null }
  }
}

/** A shop that sells top-ups over its own computer: one device, small amounts, many cards. Twin of card testing. */
export function startKiosk(world: World, atMs: number): void {
  const rng = world.stream('kiosk')
  world.spawn(atMs, new Counter(rng, atMs, 'kiosk'))
}

/** A small trader who buys telephones and consoles in bulk on one account. Twin of the buyers of resale goods. */
export function startReseller(world: World, atMs: number): void {
  const rng = world.stream('reseller')
  world.spawn(atMs, new Counter(rng, atMs, 'reseller'))
}

class Counter implements Actor {
  readonly #rng: Random
  readonly #kind: 'kiosk' | 'reseller'
  readonly #device: Device
  readonly #ip: string
  readonly #account: Person['account']
  readonly #home: ReturnType<typeof newHousehold>
  readonly #cards: ReturnType<typeof newCard>[]
  /** Its till drives the browser: the session of a bot, the past of a shop. */
  readonly #automated: boolean
  #left: number

  constructor(rng: Random, atMs: number, kind: 'kiosk' | 'reseller') {
    this.#rng = rng
    this.#kind = kind
    this.#automated = kind === 'kiosk' && rng.chance(0.6)
    this.#device = newDevice(rng, this.#automated || rng.chance(0.6) ? 'desktop' : 'mobile')
    this.#ip = newAddress(rng, 'home')
    this.#account = newAccount(rng, atMs - rng.exponential(40 * DAY_MS), 0.8)
    this.#home = newHousehold(rng)
    this.#cards = Array.from({ length: kind === 'kiosk' ? rng.integer(10, 25) : 3 }, () => newCard(rng))
    this.#left = 1 + rng.poisson((kind === 'kiosk' ? KIOSK_PAYMENTS : RESELLER_PAYMENTS) - 1)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    const kiosk = this.#kind === 'kiosk'
    const category = kiosk ? categoryNamed('top_ups') : rng.weighted(RESALE_CATEGORIES)
    const order: Order = {
      kind: this.#kind,
      risk: RISK[this.#kind],
      declined: rng.chance(0.1),
      account: this.#account,
      method: 'card',
      card: rng.pick(this.#cards),
      items: pickItems(rng, world.market, category, 1, kiosk ? 1 : rng.integer(1, 4)),
      place: this.#home.place,
      billing: null,
      pickupPoint: false,
      installments: 1,
      device: this.#device,
      ip: this.#ip,
      visit: {
        manner: this.#automated ? 'scripted' : rng.chance(0.5) ? 'hurried' : 'returning',
        pace: 0.8,
        consent: 'full',
        pastesCard: rng.chance(0.4),
        attempt: 1,
      },
    }
    this.#left--
    const gap = rng.exponential(kiosk ? 1.2 * HOUR_MS : 0.8 * DAY_MS)
    return { order, nextMs: this.#left > 0 ? atMs + gap + (rng.chance(0.15) ? 11 * HOUR_MS : 0) : null }
  }
}
