import type { HistoryRecord } from '../records/record.ts'
import { DAY_MS, HOUR_MS } from './world/calendar.ts'
import type { Random } from './world/random.ts'

/** `rules`: what the shop's old rules hit is refused; `holdout`: nine in ten of it, by lot. */
export const BLOCKING = ['none', 'rules', 'holdout'] as const
export type Blocking = (typeof BLOCKING)[number]

/** Share of hits that a hold-out lets pass, so that their labels tell what the rules do. */
const HOLDOUT_SHARE = 0.1
const ACCOUNTS_PER_DEVICE_24H = 4
const CARDS_PER_ACCOUNT_1H = 4
const DEAR_MINOR = 150_000
const FRESH_ACCOUNT_MS = 2 * HOUR_MS

/**
 * The shop before it had a model: a few velocity rules of the usual kind, which refuse some orders. Nobody ever learns
 * whether those were fraud, so a history made with it shows the selection bias of every real one. The rules read what
 * any shop sees and never kind, probability or label.
 */
export class Incumbent {
  readonly #blocking: Blocking
  readonly #rng: Random
  readonly #accountsOfDevice = new Recent(DAY_MS)
  readonly #cardsOfAccount = new Recent(HOUR_MS)

  constructor(blocking: Blocking, rng: Random) {
    this.#blocking = blocking
    this.#rng = rng
  }

  /** The record as it came, or without outcome and label when it was refused. */
  judge(record: HistoryRecord): HistoryRecord {
    if (this.#blocking === 'none' || !this.#hits(record)) return record
    if (this.#blocking === 'holdout' && this.#rng.chance(HOLDOUT_SHARE)) return record
    return { ...record, declinedAtMs: null, label: null, blocked: true }
  }

  #hits({ transaction, deviceThumbprint, receivedAtMs }: HistoryRecord): boolean {
    const { account, payment, amountMinor } = transaction
    const card = payment?.cardFingerprint
    const accounts =
      deviceThumbprint === null ? 0 : this.#accountsOfDevice.add(deviceThumbprint, account.id, receivedAtMs)
    const cards = card === undefined ? 0 : this.#cardsOfAccount.add(account.id, card, receivedAtMs)
    const isFresh = receivedAtMs - (account.createdAtMs ?? 0) < FRESH_ACCOUNT_MS
    return (
      accounts >= ACCOUNTS_PER_DEVICE_24H ||
      cards >= CARDS_PER_ACCOUNT_1H ||
      (isFresh && amountMinor >= DEAR_MINOR && card !== undefined && payment?.issuerCountry !== 'PE')
    )
  }
}

/** How many different things somebody was seen with in a window, this time included. */
class Recent {
  readonly #windowMs: number
  readonly #seen = new Map<string, Map<string, number>>()
  #prunedAtMs = 0

  constructor(windowMs: number) {
    this.#windowMs = windowMs
  }

  add(owner: string, thing: string, atMs: number): number {
    if (atMs - this.#prunedAtMs > this.#windowMs) this.#prune(atMs)
    const things = this.#seen.get(owner) ?? new Map<string, number>()
    this.#seen.set(owner, things)
    things.set(thing, atMs)
    let count = 0
    for (const lastMs of things.values()) if (lastMs > atMs - this.#windowMs) count++
    return count
  }

  #prune(atMs: number): void {
    this.#prunedAtMs = atMs
    for (const [owner, things] of this.#seen) {
      for (const [thing, lastMs] of things) if (lastMs <= atMs - this.#windowMs) things.delete(thing)
      if (things.size === 0) this.#seen.delete(owner)
    }
  }
}
