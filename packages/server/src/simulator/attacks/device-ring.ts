import { NATURAL, type Style } from '../drift/style.ts'
import { RISK } from '../risk.ts'
import { DAY_MS } from '../world/calendar.ts'
import { type Card, type Issuer, leakedIssuers, newCard } from '../world/cards.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { DISPOSABLE_SHARE, newContact, newName, newPhone } from '../world/contacts.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems, totalOf } from '../world/order.ts'
import { type Account, installmentsFor, NEW_VERIFIED, newAccount } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead, throughProxy } from './visits.ts'

export const RING_PAYMENTS = 48

/**
 * A gang with a handful of devices and lines, a fresh account and a stolen card for nearly every order, goods that
 * sell on, and a few addresses and pickup points where they are collected.
 */
export function startDeviceRing(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('device-ring')
  const region = rng.chance(0.8) ? 'Lima' : undefined
  const ring: Ring = {
    rng,
    style,
    devices: Array.from({ length: rng.integer(2, 4) }, () =>
      newDevice(rng, rng.chance(0.6) ? 'mobile' : 'desktop'),
    ),
    addresses: Array.from({ length: rng.integer(1, 3) }, () => newAddress(rng, 'home')),
    drops: Array.from({ length: rng.integer(2, 5) }, () => newPlace(rng, region)),
    mules: Array.from({ length: rng.integer(2, 6) }, () => newName(rng)),
    phones: Array.from({ length: rng.integer(3, 8) }, () => newPhone(rng)),
    issuers: leakedIssuers(rng, rng.integer(3, 6)),
  }
  const payments = 12 + rng.poisson(RING_PAYMENTS - 12)
  const days = rng.between(4, 16)
  for (let i = 0; i < payments; i++) {
    world.spawn(atMs + rng.next() * days * DAY_MS, new RingOrder(ring))
  }
}

interface Ring {
  readonly rng: Random
  readonly style: Style
  readonly devices: readonly Device[]
  readonly addresses: readonly string[]
  readonly drops: readonly Place[]
  /** Who collects the parcels. */
  readonly mules: readonly string[]
  /** SIM cards that confirm one account after another. */
  readonly phones: readonly string[]
  readonly issuers: readonly Issuer[]
}

class RingOrder implements Actor {
  readonly #ring: Ring

  constructor(ring: Ring) {
    this.#ring = ring
  }

  wake(atMs: number, world: World): { order: Order; nextMs: null } {
    const { rng, style, devices, addresses, drops, mules } = this.#ring
    const device = rng.pick(devices)
    const category = rng.chance(0.78) ? rng.weighted(RESALE_CATEGORIES) : rng.weighted(CATEGORIES)
    const items = pickItems(rng, world.market, category, 1.1)
    const order: Order = {
      kind: 'device_ring',
      risk: RISK.deviceRing,
      declined: rng.chance(0.16),
      account: this.#account(atMs),
      method: 'card',
      card: this.#card(),
      items,
      place: rng.pick(drops),
      billing: null,
      pickupPoint: rng.chance(0.28),
      installments: installmentsFor(rng, totalOf(items)),
      ...(rng.chance(0.6) && { recipient: rng.pick(mules) }),
      device,
      ip: throughProxy(
        rng,
        style,
        device.form === 'mobile' && rng.chance(0.3) ? newAddress(rng, 'mobile') : rng.pick(addresses),
      ),
      visit: hurriedVisit(rng, fraudConsent(rng), 0.9, style),
    }
    return { order, nextMs: null }
  }

  #account(atMs: number): Account {
    const { rng, style, phones } = this.#ring
    const contact = newContact(rng, DISPOSABLE_SHARE)
    const phone = rng.chance(0.35) ? rng.pick(phones) : contact.phone
    const age = rng.chance(0.95) ? madeAhead(rng, style) : rng.between(20, 200) * DAY_MS
    return newAccount(rng, atMs - age, NEW_VERIFIED, { ...contact, phone })
  }

  #card(): Card {
    const { rng, issuers } = this.#ring
    return rng.chance(0.6) ? newCard(rng, false, rng.pick(issuers)) : newCard(rng, rng.chance(0.12))
  }
}
