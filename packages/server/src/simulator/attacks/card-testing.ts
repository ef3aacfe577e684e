import { NATURAL, type Style } from '../drift/style.ts'
import { RISK } from '../risk.ts'
import { MINUTE_MS } from '../world/calendar.ts'
import { type Issuer, leakedIssuers, newCard, newIssuer } from '../world/cards.ts'
import { CATEGORIES, DIGITAL_CATEGORIES } from '../world/catalogue.ts'
import { DISPOSABLE_SHARE, newContact } from '../world/contacts.ts'
import { type Device, newDevice, newHeadless } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Item, type Order, pickItems } from '../world/order.ts'
import { NEW_VERIFIED, newAccount, type Person } from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import { type Consent, Sitting, type Visit } from '../world/visit.ts'
import type { Actor, World } from '../world/world.ts'
import { fraudConsent, hurriedVisit, madeAhead, throughProxy } from './visits.ts'

export const BOT_PAYMENTS = 70
export const MANUAL_PAYMENTS = 14

/** A burst of small payments by scripts, most of them declined, to find out which cards of a list live. */
export function startCardTestingBot(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('card-testing-bot')
  world.spawn(atMs, new Tester(rng, true, 20 + rng.poisson(BOT_PAYMENTS - 20), style))
}

/** The same by hand, over an hour or two. */
export function startCardTestingManual(world: World, atMs: number, style = NATURAL): void {
  const rng = world.stream('card-testing-manual')
  world.spawn(atMs, new Tester(rng, false, 5 + rng.poisson(MANUAL_PAYMENTS - 5), style))
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
  readonly #style: Style
  /** Banks of the list: a made-up list runs through one BIN, a bought one through a few. */
  readonly #issuers: readonly Issuer[]
  #account: Person['account'] | null = null
  #sitting = new Sitting()
  #attempt = 1
  #items: readonly Item[] = []
  #left: number

  constructor(rng: Random, bot: boolean, payments: number, style: Style) {
    this.#rng = rng
    this.#bot = bot
    this.#left = payments
    this.#style = style
    this.#devices = Array.from({ length: bot ? rng.integer(1, 2) : 1 }, () =>
      bot ? newHeadless(rng) : newDevice(rng, rng.chance(0.5) ? 'desktop' : 'mobile'),
    )
    const network = rng.chance(bot ? 0.3 : 0.08) ? 'hosting' : rng.chance(0.1) ? 'abroad' : 'home'
    this.#addresses = Array.from({ length: bot ? rng.integer(1, 3) : 1 }, () => newAddress(rng, network))
    this.#place = newPlace(rng)
    this.#abroad = rng.chance(0.3) ? 0.5 : 0.03
    this.#issuers = leakedIssuers(rng, rng.chance(bot ? 0.6 : 0.2) ? 1 : 4)
    this.#keepsAccount = rng.between(0.5, 0.95)
    // Simple bots post to the shop without running the page's code, so there is no token at all.
    this.#consent = bot ? (rng.chance(0.35) ? 'none' : 'full') : fraudConsent(rng)
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const rng = this.#rng
    if (this.#account === null || !rng.chance(this.#keepsAccount)) this.#openAccount(atMs)
    if (this.#attempt === 1) this.#startSitting(world)
    const abroad = rng.chance(this.#abroad)
    const declined = rng.chance(0.6)
    const order: Order = {
      kind: this.#bot ? 'card_testing_bot' : 'card_testing_manual',
      risk: this.#bot ? RISK.cardTestingBot : RISK.cardTestingManual,
      declined,
      account: this.#account ?? this.#openAccount(atMs),
      method: 'card',
      card: newCard(rng, abroad, abroad ? newIssuer(rng, true) : rng.pick(this.#issuers)),
      items: this.#items,
      place: this.#place,
      billing: null,
      pickupPoint: false,
      installments: 1,
      device: rng.pick(this.#devices),
      ip: throughProxy(rng, this.#style, rng.pick(this.#addresses)),
      visit: this.#visit(),
    }
    // A script begins each payment with an empty session, a person tries the next card in the same one.
    this.#attempt = declined && !this.#bot ? this.#attempt + 1 : 1
    this.#left--
    const gap = rng.exponential(this.#bot ? 0.8 * MINUTE_MS : 7 * MINUTE_MS)
    return { order, nextMs: this.#left > 0 ? atMs + gap : null }
  }

  #openAccount(atMs: number): Person['account'] {
    const rng = this.#rng
    const contact = newContact(rng, DISPOSABLE_SHARE)
    this.#attempt = 1
    this.#account = newAccount(rng, atMs - madeAhead(rng, this.#style), NEW_VERIFIED, contact)
    return this.#account
  }

  #startSitting(world: World): void {
    const rng = this.#rng
    const category = rng.chance(0.5) ? rng.pick(DIGITAL_CATEGORIES) : rng.weighted(CATEGORIES.slice(0, 4))
    this.#items = pickItems(rng, world.market, category, 0.9)
    this.#sitting = new Sitting()
  }

  #visit(): Visit {
    const rng = this.#rng
    if (this.#bot)
      return { manner: 'scripted', pace: 1, consent: this.#consent, pastesCard: false, attempt: 1 }
    const visit = hurriedVisit(rng, this.#consent, 0.85, this.#style)
    return { ...visit, attempt: this.#attempt, sitting: this.#sitting }
  }
}
