import { NATURAL, type Style } from '../drift/style.ts'
import { RISK } from '../risk.ts'
import { DAY_MS } from '../world/calendar.ts'
import { type Issuer, leakedIssuers, newCard } from '../world/cards.ts'
import { newSeller, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { DISPOSABLE_SHARE, newContact } from '../world/contacts.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Item, type Order, offer } from '../world/order.ts'
import { type Account, NEW_VERIFIED, newAccount } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead, throughProxy } from './visits.ts'

export const COLLUSION_PAYMENTS = 36

/**
 * A new seller who pays himself with stolen cards: a dozen made-up buyers on a few devices and lines order the same
 * two or three products of his again and again, at his prices, and nothing is ever sent.
 */
export function startSellerCollusion(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('seller-collusion')
  const seller = newSeller(rng, rng.weighted(RESALE_CATEGORIES))
  const addresses = Array.from({ length: rng.integer(2, 4) }, () => newAddress(rng, 'home'))
  const plot: Plot = {
    ...{ rng, style, addresses },
    products: Array.from({ length: rng.integer(2, 3) }, () => offer(rng, seller, 0.9)),
    buyers: Array.from({ length: rng.integer(8, 16) }, () =>
      newAccount(rng, atMs - madeAhead(rng, style), NEW_VERIFIED, newContact(rng, DISPOSABLE_SHARE)),
    ),
    devices: Array.from({ length: rng.integer(3, 5) }, () =>
      newDevice(rng, rng.chance(0.6) ? 'mobile' : 'desktop'),
    ),
    places: Array.from({ length: rng.integer(3, 6) }, () => newPlace(rng)),
    issuers: leakedIssuers(rng, rng.integer(3, 6)),
  }
  const payments = 10 + rng.poisson(COLLUSION_PAYMENTS - 10)
  const days = rng.between(8, 22)
  for (let i = 0; i < payments; i++) world.spawn(atMs + rng.next() * days * DAY_MS, new FakeSale(plot))
}

interface Plot {
  readonly rng: Random
  readonly style: Style
  readonly products: readonly Item[]
  readonly buyers: readonly Account[]
  readonly devices: readonly Device[]
  readonly addresses: readonly string[]
  readonly places: readonly Place[]
  readonly issuers: readonly Issuer[]
}

class FakeSale implements Actor {
  readonly #plot: Plot

  constructor(plot: Plot) {
    this.#plot = plot
  }

  wake(): { order: Order; nextMs: null } {
    const { rng, style, products, buyers, devices, addresses, places, issuers } = this.#plot
    const device = rng.pick(devices)
    const own = device.form === 'mobile' && rng.chance(0.4) ? newAddress(rng, 'mobile') : rng.pick(addresses)
    const order: Order = {
      kind: 'seller_collusion',
      risk: RISK.sellerCollusion,
      declined: rng.chance(0.15),
      account: rng.pick(buyers),
      method: 'card',
      card: rng.chance(0.6) ? newCard(rng, false, rng.pick(issuers)) : newCard(rng, rng.chance(0.1)),
      items: [rng.pick(products)],
      place: rng.pick(places),
      billing: null,
      pickupPoint: false,
      installments: 1,
      device,
      ip: throughProxy(rng, style, own),
      visit: hurriedVisit(rng, fraudConsent(rng), 0.8, style),
    }
    return { order, nextMs: null }
  }
}
