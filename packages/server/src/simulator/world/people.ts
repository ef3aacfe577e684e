import { atHabitHour, DAY_MS, HOUR_MS, LIMA_OFFSET_MS } from './calendar.ts'
import { type Card, newCard } from './cards.ts'
import { CATEGORIES, type Category } from './catalogue.ts'
import { type Contact, newContact, newEmail, newPhone } from './contacts.ts'
import { type Device, newDevice } from './devices.ts'
import { newAddress } from './networks.ts'
import { newPlace, type Place } from './places.ts'
import { ALPHANUMERIC, type Random } from './random.ts'
import type { Consent } from './visit.ts'

/** An account as the shop knows it. */
export interface Account extends Contact {
  readonly id: string
  readonly createdAtMs: number
  readonly emailVerified: boolean
  readonly phoneVerified: boolean
}

/** What a household shares: an address, a line whose IP the provider changes now and then, a computer, a card. */
export interface Household {
  /** Changes when the household moves. */
  place: Place
  readonly card: Card
  readonly computer: Device
  ip: string
  ipUntilMs: number
}

/** A shopper with habits. */
export interface Person {
  /** Replaced when its contacts change. */
  account: Account
  readonly household: Household
  readonly cards: Card[]
  readonly devices: Device[]
  readonly office: string | null
  readonly categories: readonly Category[]
  /** Spending power against the median. */
  readonly income: number
  readonly peakHour: number
  readonly gapDays: number
  readonly pace: number
  readonly consent: Consent
  readonly usesVirtualCards: boolean
  /** Knows what to buy and is gone in a minute, once the shop is known. */
  readonly brisk: boolean
  readonly method: 'card' | 'wallet' | 'pagoefectivo' | 'transfer' | 'cash_on_delivery'
}

const METHODS = [
  { method: 'card', share: 0.63 },
  { method: 'wallet', share: 0.17 },
  { method: 'pagoefectivo', share: 0.13 },
  { method: 'transfer', share: 0.03 },
  { method: 'cash_on_delivery', share: 0.04 },
] as const
export const CONSENTS = [
  { consent: 'full', share: 0.64 },
  { consent: 'essential', share: 0.27 },
  { consent: 'none', share: 0.09 },
] as const
/**
 * An account in the shop's books.
 *
 * @param verified probability that the e-mail is confirmed
 */
export function newAccount(
  rng: Random,
  createdAtMs: number,
  verified: number,
  contact: Contact = newContact(rng, 0.004),
): Account {
  return {
    id: `u-${rng.text(12, ALPHANUMERIC)}`,
    createdAtMs: Math.round(createdAtMs),
    ...contact,
    emailVerified: rng.chance(verified),
    phoneVerified: rng.chance(verified * 0.7),
  }
}

/** What a thief changes lest the owner hears of orders, and what people change who start anew. */
export function withNewContacts(
  rng: Random,
  account: Account,
  emailShare: number,
  phoneShare: number,
): Account {
  const email = rng.chance(emailShare)
  const phone = rng.chance(phoneShare)
  return {
    ...account,
    ...(email && { email: newEmail(rng, account.name, 0.01), emailVerified: rng.chance(NEW_VERIFIED) }),
    ...(phone && { phone: newPhone(rng), phoneVerified: rng.chance(NEW_VERIFIED * 0.7) }),
  }
}

/** Share of new accounts, honest or not, whose e-mail is confirmed by their first order. */
export const NEW_VERIFIED = 0.6

/** Age of an account at its first order: most buy minutes after signing up, some look around for days first. */
export const freshAge = (rng: Random) => rng.exponential((rng.chance(0.7) ? 0.025 : 5) * DAY_MS)

/** Three in ten orders of some weight are paid in instalments. */
export const installmentsFor = (rng: Random, totalMinor: number) =>
  totalMinor > 30_000 && rng.chance(0.35) ? rng.pick([3, 6, 12]) : 1

export function newHousehold(rng: Random): Household {
  return {
    place: newPlace(rng),
    card: newCard(rng, rng.chance(0.02)),
    computer: newDevice(rng, rng.chance(0.12) ? 'tablet' : 'desktop'),
    ip: '',
    ipUntilMs: 0,
  }
}

export function newPerson(
  rng: Random,
  household: Household,
  office: string | null,
  createdAtMs: number,
  verified = 0.8,
): Person {
  const cards = rng.chance(0.25) ? [household.card] : [newCard(rng, rng.chance(0.025))]
  if (rng.chance(0.3)) cards.push(newCard(rng))
  const devices = rng.chance(0.82) ? [newDevice(rng, 'mobile')] : [household.computer]
  if (devices[0] !== household.computer && rng.chance(0.4)) devices.push(household.computer)
  return {
    account: newAccount(rng, createdAtMs, verified),
    household,
    cards,
    devices,
    office,
    categories: Array.from({ length: rng.integer(2, 5) }, () => rng.weighted(CATEGORIES)),
    income: rng.logNormal(1, 0.45),
    peakHour: (13 + 4.5 * rng.normal() + (rng.chance(0.45) ? 7 : 0)) % 24,
    gapDays: rng.logNormal(20, 0.6),
    pace: rng.logNormal(1, 0.3),
    consent: rng.weighted(CONSENTS).consent,
    usesVirtualCards: rng.chance(0.07),
    brisk: rng.chance(0.16),
    method: rng.weighted(METHODS).method,
  }
}

/** When a person buys next: a personal gap, then the hour of habit. */
export function nextPurchase(rng: Random, person: Person, atMs: number): number {
  const around = atMs + rng.exponential(person.gapDays * DAY_MS)
  return atHabitHour(rng, around, person.peakHour, atMs + 20 * 60_000)
}

/** The address a person's device has at a time: office by day, mobile network or home otherwise. */
export function currentIp(rng: Random, person: Person, device: Device, atMs: number): string {
  const hour = ((atMs + LIMA_OFFSET_MS) % DAY_MS) / HOUR_MS
  if (person.office !== null && hour >= 9 && hour < 18 && rng.chance(0.5)) return person.office
  if (device.form === 'mobile' && rng.chance(0.45)) return newAddress(rng, 'mobile')
  const { household } = person
  if (household.ipUntilMs < atMs) {
    household.ip = newAddress(rng, 'home')
    household.ipUntilMs = atMs + rng.exponential(35 * DAY_MS)
  }
  return household.ip
}
