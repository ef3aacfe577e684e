import { RISK } from '../risk.ts'
import { DAY_MS } from '../world/calendar.ts'
import { newCard } from '../world/cards.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { installmentsFor, NEW_VERIFIED, newAccount } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead } from './visits.ts'

export const RING_PAYMENTS = 48

/**
 * A gang with a handful of devices and lines, a fresh account and a stolen card for nearly every order, goods that
 * sell on, and a few addresses and pickup points where they are collected.
 */
export function startDeviceRing(world: World, atMs: number): void {
  const rng = world.stream('device-ring')
  const region = rng.chance(0.8) ? 'Lima' : undefined
  const ring: Ring = {
    rng,
    devices: Array.from({ length: rng.integer(2, 4) }, () =>
      newDevice(rng, rng.chance(0.6) ? 'mobile' : 'desktop'),
    ),
    addresses: Array.from({ length: rng.integer(1, 3) }, () => newAddress(rng, 'home')),
    drops: Array.from({ length: rng.integer(2, 5) }, () => newPlace(rng, region)),
  }
  const payments = 12 + rng.poisson(RING_PAYMENTS - 12)
  const days = rng.between(4, 16)
  for (let i = 0; i < payments; i++) {
    world.spawn(atMs + rng.next() * days * DAY_MS, new RingOrder(ring))
  }
}

interface Ring {
  readonly rng: Random
  readonly devices: readonly Device[]
  readonly addresses: readonly string[]
  readonly drops: readonly Place[]
}

class RingOrder implements Actor {
  readonly #ring: Ring

  constructor(ring: Ring) {
    this.#ring = ring
  }

  wake(atMs: number, world: World): { order: Order; nextMs: null } {
    const { rng, devices, addresses, drops } = this.#ring
    const device = rng.pick(devices)
    const category = rng.chance(0.78) ? rng.weighted(RESALE_CATEGORIES) : rng.weighted(CATEGORIES)
    const age = rng.chance(0.95) ? madeAhead(rng) : rng.between(20, 200) * DAY_MS
    const items = pickItems(rng, world.market, category, 1.1)
    const order: Order = {
      kind: 'device_ring',
      risk: RISK.deviceRing,
      declined: rng.chance(0.16),
      account: newAccount(rng, atMs - age, NEW_VERIFIED),
      method: 'card',
      card: newCard(rng, rng.chance(0.05)),
      items,
      place: rng.pick(drops),
      billing: null,
      pickupPoint: rng.chance(0.28),
      installments: installmentsFor(rng, totalOf(items)),
      device,
      ip: device.form === 'mobile' && rng.chance(0.3) ? newAddress(rng, 'mobile') : rng.pick(addresses),
      visit: hurriedVisit(rng, fraudConsent(rng), 0.9),
    }
    return { order, nextMs: null }
  }
}
