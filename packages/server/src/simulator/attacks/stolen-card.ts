import { NATURAL, type Style } from '../drift/style.ts'
import { RISK } from '../risk.ts'
import { DAY_MS, HOUR_MS } from '../world/calendar.ts'
import { type Card, newCard, newIssuer } from '../world/cards.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { DISPOSABLE_SHARE, newContact } from '../world/contacts.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { installmentsFor, NEW_VERIFIED, newAccount, type Person } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Consent } from '../world/visit.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead, throughProxy } from './visits.ts'

export const STOLEN_CARD_PAYMENTS = 3.2

/**
 * One person with a few stolen cards, one device and one fresh account. The bold ones order goods that sell on, with
 * card after card, within hours; the timid ones hide among ordinary baskets and wait between orders, and more of
 * their cards turn out to be a relative's.
 */
export function startStolenCard(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('stolen-card')
  world.spawn(atMs, new Thief(rng, atMs, rng.chance(0.6), style))
}

class Thief implements Actor {
  readonly #rng: Random
  readonly #bold: boolean
  readonly #style: Style
  readonly #device: Device
  readonly #ip: string
  readonly #place: Place
  readonly #account: Person['account']
  readonly #consent: Consent
  readonly #cards: readonly Card[]
  #left: number

  constructor(rng: Random, atMs: number, bold: boolean, style: Style) {
    this.#rng = rng
    this.#bold = bold
    this.#style = style
    this.#device = newDevice(rng, rng.chance(0.55) ? 'mobile' : 'desktop')
    this.#ip = newAddress(rng, rng.chance(0.1) ? 'hosting' : rng.chance(0.1) ? 'abroad' : 'home')
    this.#place = newPlace(rng)
    const age = rng.chance(0.95) ? madeAhead(rng, style) : rng.between(30, 300) * DAY_MS
    this.#account = newAccount(rng, atMs - age, NEW_VERIFIED, newContact(rng, DISPOSABLE_SHARE))
    this.#consent = fraudConsent(rng)
    const abroad = rng.chance(0.12)
    const leak = newIssuer(rng, abroad)
    this.#cards = Array.from({ length: bold ? rng.integer(2, 4) : rng.integer(1, 2) }, () =>
      newCard(rng, abroad, rng.chance(0.5) ? leak : newIssuer(rng, abroad)),
    )
    this.#left = 1 + rng.poisson(STOLEN_CARD_PAYMENTS - 1)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    const bold = this.#bold
    const wanted = rng.chance(bold ? 0.8 : 0.25) ? rng.weighted(RESALE_CATEGORIES) : rng.weighted(CATEGORIES)
    const items = pickItems(rng, world.market, wanted, bold ? 1.2 : 1)
    const order: Order = {
      kind: bold ? 'stolen_card_bold' : 'stolen_card_timid',
      risk: bold ? RISK.stolenCardBold : RISK.stolenCardTimid,
      declined: rng.chance(0.22),
      account: this.#account,
      method: 'card',
      card: rng.pick(this.#cards),
      items,
      place: this.#place,
      billing: null,
      pickupPoint: rng.chance(0.15),
      installments: installmentsFor(rng, totalOf(items)),
      device: this.#device,
      ip: throughProxy(rng, this.#style, this.#ip),
      visit: hurriedVisit(rng, this.#consent, bold ? 0.92 : 0.9, this.#style),
    }
    this.#left--
    const gap = rng.exponential(bold ? 1.5 * HOUR_MS : 10 * HOUR_MS)
    return { order, nextMs: this.#left > 0 ? atMs + gap : null }
  }
}
