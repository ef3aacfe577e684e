import { RISK } from '../risk.ts'
import { MINUTE_MS } from '../world/calendar.ts'
import { newCard } from '../world/cards.ts'
import { CATEGORIES, DIGITAL_CATEGORIES } from '../world/catalogue.ts'
import { type Device, newDevice, newHeadless } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Order, pickItems } from '../world/order.ts'
import { NEW_VERIFIED, newAccount, type Person } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import type { Consent } from '../world/session.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead } from './visits.ts'

export const BOT_PAYMENTS = 70
export const MANUAL_PAYMENTS = 14

/** A burst of small payments by scripts, most of them declined, to find out which cards of a list live. */
export function startCardTestingBot(world: World, atMs: number): void {
  const rng = world.stream('card-testing-bot')
  world.spawn(atMs, new Tester(rng, true, 20 + rng.poisson(BOT_PAYMENTS - 20)))
}

/** The same by hand, over an hour or two. */
export function startCardTestingManual(world: World, atMs: number): void {
  const rng = world.stream('card-testing-manual')
  world.spawn(atMs, new Tester(rng, false, 5 + rng.poisson(MANUAL_PAYMENTS - 5)))
}

class Tester implements Actor {
  readonly #rng: Random
  readonly #bot: boolean
  readonly #devices: readonly Device[]
  readonly #addresses: readonly string[]
  readonly #place: Place
  readonly #abroad: number
  readonly #keepsAccount: number
  readonly #consent: Consent
  #account: Person['account'] | null = null
  #left: number
  #done = 0

  constructor(rng: Random, bot: boolean, payments: number) {
    this.#rng = rng
    this.#bot = bot
    this.#left = payments
    this.#devices = Array.from({ length: bot ? rng.integer(1, 2) : 1 }, () =>
      bot ? newHeadless(rng) : newDevice(rng, rng.chance(0.5) ? 'desktop' : 'mobile'),
    )
    const network = rng.chance(bot ? 0.3 : 0.08) ? 'hosting' : rng.chance(0.1) ? 'abroad' : 'home'
    this.#addresses = Array.from({ length: bot ? rng.integer(1, 3) : 1 }, () => newAddress(rng, network))
    this.#place = newPlace(rng)
    this.#abroad = rng.chance(0.3) ? 0.5 : 0.03
    this.#keepsAccount = rng.between(0.5, 0.95)
    // Simple bots post to the shop without running the page's code, so there is no token at all.
    this.#consent = bot ? (rng.chance(0.35) ? 'none' : 'full') : fraudConsent(rng)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    if (this.#account === null || !rng.chance(this.#keepsAccount)) {
      this.#account = newAccount(rng, atMs - madeAhead(rng), NEW_VERIFIED)
    }
    const category = rng.chance(0.5) ? rng.pick(DIGITAL_CATEGORIES) : rng.weighted(CATEGORIES.slice(0, 4))
    this.#done++
    const order: Order = {
      kind: this.#bot ? 'card_testing_bot' : 'card_testing_manual',
      risk: this.#bot ? RISK.cardTestingBot : RISK.cardTestingManual,
      declined: rng.chance(0.6),
      account: this.#account,
      method: 'card',
      card: newCard(rng, rng.chance(this.#abroad)),
      items: pickItems(rng, world.market, category, 0.9),
      place: this.#place,
      billing: null,
      pickupPoint: false,
      installments: 1,
      device: rng.pick(this.#devices),
      ip: rng.pick(this.#addresses),
      visit: this.#bot
        ? { manner: 'scripted', pace: 1, consent: this.#consent, pastesCard: false, attempt: 1 }
        : hurriedVisit(rng, this.#consent, 0.85, 1 + (this.#done % 4)),
    }
    this.#left--
    const gap = rng.exponential(this.#bot ? 0.8 * MINUTE_MS : 7 * MINUTE_MS)
    return { order, nextMs: this.#left > 0 ? atMs + gap : null }
  }
}
