import { NATURAL, type Style } from '../drift/style.ts'
import { RISK } from '../risk.ts'
import { someResident } from '../shoppers/population.ts'
import { HOUR_MS } from '../world/calendar.ts'
import { type Card, newCard } from '../world/cards.ts'
import { CATEGORIES, DIGITAL_CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Item, type Order, pickItems, totalOf } from '../world/order.ts'
import { type Account, installmentsFor, type Person, withNewContacts } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Consent, Visit } from '../world/visit.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, throughProxy } from './visits.ts'

export const TAKEOVER_PAYMENTS = 2.6

/**
 * Somebody has a shopper's password: an account with a past, on a device, a line and often an address that it never
 * had. E-mail and telephone are changed so that the owner hears nothing; half of the time the card that the account
 * has kept pays, else a stolen one. The owner goes on shopping and gets the account back as it was.
 */
export function startAccountTakeover(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('account-takeover')
  world.spawn(atMs, new Takeover(rng, someResident(rng, world, atMs), style))
}

class Takeover implements Actor {
  readonly #rng: Random
  readonly #style: Style
  readonly #account: Account
  readonly #device: Device
  readonly #ip: string
  readonly #place: Place
  readonly #toOwner: boolean
  readonly #card: Card
  readonly #hasCardKept: boolean
  readonly #consent: Consent
  #left: number

  constructor(rng: Random, owner: Person, style: Style) {
    this.#rng = rng
    this.#style = style
    this.#account = withNewContacts(rng, owner.account, 0.4, 0.5)
    this.#device = newDevice(rng, rng.chance(0.55) ? 'mobile' : 'desktop')
    this.#ip = newAddress(rng, rng.chance(0.15) ? 'hosting' : rng.chance(0.15) ? 'abroad' : 'home')
    this.#toOwner = rng.chance(0.12)
    this.#place = this.#toOwner ? owner.household.place : newPlace(rng)
    const kept = owner.method === 'card' && rng.chance(0.6) ? owner.cards[0] : undefined
    this.#hasCardKept = kept !== undefined
    this.#card = kept ?? newCard(rng, rng.chance(0.1))
    this.#consent = fraudConsent(rng)
    this.#left = 1 + rng.poisson(TAKEOVER_PAYMENTS - 1)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    const items = this.#goods(world)
    const order: Order = {
      kind: 'account_takeover',
      risk: RISK.accountTakeover,
      declined: rng.chance(this.#hasCardKept ? 0.1 : 0.22),
      account: this.#account,
      method: 'card',
      card: this.#card,
      items,
      place: this.#place,
      billing: null,
      pickupPoint: this.#toOwner || rng.chance(0.2),
      installments: installmentsFor(rng, totalOf(items)),
      device: this.#device,
      ip: throughProxy(rng, this.#style, this.#ip),
      visit: this.#visit(),
    }
    this.#left--
    return { order, nextMs: this.#left > 0 ? atMs + rng.exponential(1.2 * HOUR_MS) : null }
  }

  #goods(world: World): Item[] {
    const rng = this.#rng
    const digital = rng.chance(0.15)
    const wanted = rng.chance(0.75) ? RESALE_CATEGORIES : CATEGORIES
    return pickItems(rng, world.market, rng.weighted(digital ? DIGITAL_CATEGORIES : wanted), 1.2)
  }

  #visit(): Visit {
    const visit = hurriedVisit(this.#rng, this.#consent, 0.88, this.#style)
    return this.#hasCardKept ? { ...visit, pastesCard: false } : visit
  }
}
