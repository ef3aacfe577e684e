import { RISK } from '../risk.ts'
import { DAY_MS, MINUTE_MS } from '../world/calendar.ts'
import { type Card, newCard } from '../world/cards.ts'
import { CATEGORIES, RESALE_CATEGORIES } from '../world/catalogue.ts'
import { DISPOSABLE_SHARE, newContact, newName } from '../world/contacts.ts'
import { type Device, newDevice } from '../world/devices.ts'
import { newAddress } from '../world/networks.ts'
import { type Item, type Order, pickItems, totalOf } from '../world/order.ts'
import {
  type Account,
  currentIp,
  freshAge,
  installmentsFor,
  NEW_VERIFIED,
  newAccount,
  nextPurchase,
  type Person,
} from '../world/people.ts'
import { newPlace, type Place } from '../world/places.ts'
import type { Random } from '../world/random.ts'
import { Sitting, type Visit } from '../world/visit.ts'
import type { Actor, World } from '../world/world.ts'

/** What a purchase fixes before the payment attempts. */
interface Purchase {
  readonly kind: 'shopping' | 'gift' | 'travel' | 'newcomer' | 'coupon'
  readonly account: Account
  readonly items: readonly Item[]
  readonly place: Place
  readonly pickupPoint: boolean
  readonly device: Device
  readonly ip: string
  readonly recipient: string
  readonly sitting: Sitting
  card: Card | null
  attempt: number
}

/** An ordinary shopper: buys by habit, now and then a gift, on a journey, or with a new telephone. */
export class Shopper implements Actor {
  readonly #rng: Random
  readonly #person: Person
  #purchases: number
  #open: Purchase | null = null

  /** @param purchasesBefore orders before the world began; a shopper with none is a newcomer */
  constructor(rng: Random, person: Person, purchasesBefore: number) {
    this.#rng = rng
    this.#person = person
    this.#purchases = purchasesBefore
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number } {
    const rng = this.#rng
    const purchase = this.#open ?? planPurchase(rng, this.#person, world, atMs, this.#purchases === 0)
    const declined = rng.chance(purchase.card ? (purchase.kind === 'travel' ? 0.12 : 0.06) : 0.01)
    const order = orderOf(rng, this.#person, purchase, declined, this.#purchases > 0)
    if (declined && purchase.attempt < 3 && rng.chance(0.65)) {
      purchase.attempt++
      if (rng.chance(0.4)) purchase.card = rng.pick(this.#person.cards)
      this.#open = purchase
      return { order, nextMs: atMs + rng.between(0.7, 4) * MINUTE_MS }
    }
    this.#open = null
    this.#purchases++
    return { order, nextMs: nextPurchase(rng, this.#person, atMs) }
  }
}

/** Somebody who signs up for one purchase or two and is not seen again. */
export class OneTimer implements Actor {
  readonly #shopper: Shopper
  readonly #rng: Random
  #left: number

  constructor(rng: Random, person: Person) {
    this.#rng = rng
    this.#shopper = new Shopper(rng, person, 0)
    this.#left = rng.chance(0.25) ? 2 : 1
  }

  wake(atMs: number, world: World): { order: Order; nextMs: number | null } {
    const { order, nextMs } = this.#shopper.wake(atMs, world)
    const retried = nextMs - atMs < 5 * MINUTE_MS
    if (!retried) this.#left--
    if (this.#left <= 0) return { order, nextMs: null }
    return { order, nextMs: retried ? nextMs : atMs + this.#rng.exponential(2 * DAY_MS) }
  }
}

function planPurchase(rng: Random, person: Person, world: World, atMs: number, first: boolean): Purchase {
  const kind = first ? 'newcomer' : usualKind(rng)
  if (!first && rng.chance(0.012)) person.devices[0] = newDevice(rng, 'mobile')
  if (!first && rng.chance(0.025)) person.cards[rng.integer(0, person.cards.length - 1)] = newCard(rng)
  const device = rng.chance(0.75) ? person.devices[0] : rng.pick(person.devices)
  if (!device) throw new RangeError('a person without a device cannot shop')
  // People sign up when they want something that costs: newcomers and givers buy dearer and broader.
  const dear = kind !== 'shopping' && kind !== 'travel'
  const category = rng.chance(dear ? 0.4 : 0.75) ? rng.pick(person.categories) : rng.weighted(CATEGORIES)
  const wanted = dear && rng.chance(0.32) ? rng.weighted(RESALE_CATEGORIES) : category
  const level = Math.sqrt(person.income) * (dear ? 1.15 : 1)
  return {
    kind,
    // A welcome coupon is worth a second account: new to the shop, but on a device and a card with a past.
    account: kind === 'coupon' ? secondAccount(rng, person, atMs) : person.account,
    recipient: kind === 'gift' ? newName(rng) : person.account.name,
    sitting: new Sitting(),
    items: pickItems(
      rng,
      world.market,
      wanted,
      level,
      1 + rng.poisson(wanted.medianMinor < 20_000 ? 0.8 : 0.12),
    ),
    place: kind === 'gift' ? newPlace(rng) : person.household.place,
    pickupPoint: kind !== 'gift' && rng.chance(0.12),
    device,
    ip:
      kind === 'travel'
        ? newAddress(rng, rng.chance(0.85) ? 'abroad' : 'hosting')
        : ipOf(rng, person, device, atMs),
    card: person.method === 'card' || rng.chance(0.12) ? firstCard(rng, person) : null,
    attempt: 1,
  }
}

/** The same person with another mailbox, often thrown away after use, and half the time the one telephone. */
function secondAccount(rng: Random, { account }: Person, atMs: number): Account {
  const contact = newContact(rng, DISPOSABLE_SHARE, account.name)
  const phone = rng.chance(0.5) ? account.phone : contact.phone
  return newAccount(rng, atMs - freshAge(rng), NEW_VERIFIED, { ...contact, phone })
}

/** Nearly one in fifty shops through a VPN that ends in a data centre. */
const ipOf = (rng: Random, person: Person, device: Device, atMs: number) =>
  rng.chance(person.usesVirtualCards ? 0.15 : 0.008)
    ? newAddress(rng, 'hosting')
    : currentIp(rng, person, device, atMs)

const firstCard = (rng: Random, person: Person) =>
  (rng.chance(0.8) ? person.cards[0] : undefined) ?? rng.pick(person.cards)

function orderOf(rng: Random, person: Person, purchase: Purchase, declined: boolean, known: boolean): Order {
  const { card, items, kind } = purchase
  return {
    kind,
    risk: card ? RISK[kind] : RISK.withoutCard,
    declined,
    account: purchase.account,
    method: card ? 'card' : person.method === 'card' ? 'wallet' : person.method,
    card,
    items,
    place: purchase.place,
    billing: kind === 'gift' && card ? person.household.place : null,
    pickupPoint: purchase.pickupPoint,
    installments: card ? installmentsFor(rng, totalOf(items)) : 1,
    recipient: purchase.recipient,
    device: purchase.device,
    ip: purchase.ip,
    visit: visitOf(rng, person, purchase, known),
  }
}

function usualKind(rng: Random): 'shopping' | 'gift' | 'travel' | 'coupon' {
  const chance = rng.next()
  return chance < 0.04 ? 'gift' : chance < 0.052 ? 'travel' : chance < 0.074 ? 'coupon' : 'shopping'
}

/** Many look around, most who know the shop return quickly, and the brisk are as quick as a thief. */
function visitOf(
  rng: Random,
  person: Person,
  { kind, card, attempt, sitting }: Purchase,
  known: boolean,
): Visit {
  const brisk = known && (kind === 'coupon' ? rng.chance(0.9) : person.brisk)
  const pastes = kind === 'coupon' ? 0.5 : person.usesVirtualCards || brisk ? 0.6 : 0.012
  return {
    manner: brisk ? 'hurried' : known && rng.chance(0.72) ? 'returning' : 'browsing',
    pace: person.pace,
    consent: person.consent,
    pastesCard: card !== null && rng.chance(pastes),
    attempt,
    sitting,
  }
}
