import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../events/entities.ts'
import { HistoryError } from './errors.ts'
import { DECLINE, type EventKind, FRAUD, MAX_AMOUNT_MINOR, MAX_AT_MS, PAYMENT } from './events.ts'
import { HashedKeys, PLACES } from './keys.ts'
import { hoursView, largestMinor, medianMinor, NO_HOURS } from './latest.ts'
import { matureView, NEVER_MATURE } from './maturity.ts'
import { PLANS } from './plans.ts'
import { SipHash } from './siphash.ts'
import { readSnapshot, writeSnapshot } from './snapshot.ts'
import { EntityStore, newEventList } from './store.ts'
import { u32 } from './typed.ts'
import type { EntityView, HistoryMark, HistoryViews, PaymentMark } from './types.ts'
import { emptyView, type NewView, pairView, type ViewPlan, ViewReader, viewPlan } from './view.ts'
import { IDLE_MS } from './windows.ts'

const WEEK_MS = 7 * 86_400_000
const NO_PAIRS = new Uint32Array(0)

/** A kind of entity with the places of everything that its plan names. */
interface KindPlan {
  readonly kind: EntityKind
  readonly reading: ViewPlan
  /** Places of the kinds of the pairs. */
  readonly pairs: readonly number[]
  /** The view of an entity never seen, but for its pairs. */
  readonly never: EntityView
  /** Places of all kinds whose fingerprints go into an event: the linked ones, then pairs that are not linked. */
  readonly stored: readonly number[]
}

const KIND_PLANS: readonly KindPlan[] = ENTITY_KINDS.map(kind => {
  const plan = PLANS[kind]
  const stored = [...new Set([...plan.linked, ...plan.pairs])]
  const reading = viewPlan(plan, stored)
  return {
    kind,
    reading,
    never: neverSeen(kind, emptyView(reading)),
    pairs: plan.pairs.map(pair => PLACES[pair]),
    stored: stored.map(other => PLACES[other]),
  }
})

export interface HistoryOptions {
  /** 16 secret bytes for the keyed hash. A snapshot can be read only with the key it was written with. */
  readonly hashKey: Uint8Array
}

/**
 * Velocity: what every account, card, device, visitor, network address and seller did before now.
 *
 * The service, training and replay use this one module. A view depends only on the hash key and the order of
 * the calls before it, so the same ordered log gives the same views to the bit.
 *
 * **Point in time.** `view(keys, t)` counts events recorded before the call whose own time is not after `t`;
 * window `w` covers `(t - w, t]`. Call `view` before `record`, and the current payment is not in its own
 * history. An event that comes late counts from then on, at its own time.
 *
 * **Idle entities.** An entity whose last event is `IDLE_MS` older than the newest event of all, or than the view, is
 * as if it had never been seen. That depends on the order of the calls alone, not on `evictIdle`, so that service and
 * replay forget alike.
 *
 * **Exactness.** With up to 40 events an entity is exact in everything. With more: counts and sums are exact up
 * to one hour (while that hour holds at most 4,096 older events) and at most 2 % wrong beyond; distinct keys
 * are exact up to 256, then estimated, except in windows that the latest 40 events cover; lifetime figures
 * take in every event, and a view so late that 40 newer events exist cannot take any of them out again.
 *
 *     const history = new History({ hashKey })
 *     const views = history.view(payment.keys, payment.atMs)
 *     history.record(payment)
 */
export class History {
  readonly #hash: SipHash
  readonly #keys: HashedKeys
  readonly #store: EntityStore
  readonly #reader = new ViewReader()
  readonly #list = newEventList()
  /** Scratch of `#gather`. */
  readonly #references = new Uint32Array(KIND_PLANS.length)
  /** Scratch, one per plan. */
  readonly #pairs: readonly Uint32Array[] = KIND_PLANS.map(plan => new Uint32Array(plan.pairs.length))
  /** Scratch, one per plan. */
  readonly #links: readonly Uint32Array[] = KIND_PLANS.map(plan => new Uint32Array(plan.stored.length))

  /** @throws {HistoryError} `history_invalid_hash_key` unless the key has 16 bytes */
  constructor(options: HistoryOptions, store: EntityStore = new EntityStore()) {
    this.#hash = new SipHash(options.hashKey)
    this.#keys = new HashedKeys(this.#hash)
    this.#store = store
  }

  /**
   * Reads a snapshot. Going on from it gives the same views as going on from the history it was taken of.
   * @throws {HistoryError} `history_snapshot_corrupt`, `history_snapshot_version` or
   *   `history_snapshot_hash_key` when it was written with another key
   */
  static restore(bytes: Uint8Array, options: HistoryOptions): History {
    return new History(options, readSnapshot(bytes, new SipHash(options.hashKey)))
  }

  /** Adds a payment to every entity that its keys name. @throws {HistoryError} `history_invalid_mark` */
  record(payment: PaymentMark): void {
    if (
      !Number.isSafeInteger(payment.amountMinor) ||
      payment.amountMinor < 0 ||
      payment.amountMinor > MAX_AMOUNT_MINOR
    ) {
      throw new HistoryError(
        'history_invalid_mark',
        `amountMinor: an integer from 0 to 2^51 - 1 wanted, got ${payment.amountMinor}`,
      )
    }
    this.#add(PAYMENT, payment, payment.amountMinor)
  }

  /** Adds a decline. The attempt itself is a payment that was recorded before. */
  recordDecline(mark: HistoryMark): void {
    this.#add(DECLINE, mark, 0)
  }

  /** Adds a mature fraud label at the time it was observed. */
  recordFraud(mark: HistoryMark): void {
    this.#add(FRAUD, mark, 0)
  }

  /** What is known of the entities at a time; the history is not changed. @throws {HistoryError} `history_invalid_mark` */
  view(keys: EntityKeys, atMs: number): HistoryViews {
    checkTime(atMs)
    this.#keys.set(keys)
    this.#gather(Math.max(atMs, this.#store.newestMs) - IDLE_MS)
    const views: { [K in EntityKind]?: EntityView } = {}
    for (let place = 0; place < KIND_PLANS.length; place++) {
      const plan = KIND_PLANS[place]
      if (plan !== undefined && this.#keys.has(place)) views[plan.kind] = this.#viewOf(place, plan, atMs)
    }
    return views
  }

  /**
   * Frees the memory of idle entities. Without arguments of all that have been idle for so long that they count as
   * never seen, which changes no view, so that it may be called at any time.
   *
   * @param beforeMs entities without any event since then; a later time than by default does change views
   * @param share the part of all entities to look at, 0 to 1; calls go round
   * @returns how many
   */
  evictIdle(beforeMs: number = this.#store.newestMs - IDLE_MS, share = 1): number {
    return this.#store.evict(beforeMs, share)
  }

  /** Entities held and the bytes allocated for them. */
  stats(): { readonly entities: number; readonly bytes: number } {
    return { entities: this.#store.size, bytes: this.#store.bytes }
  }

  /** Everything held, with a version and a keyed checksum. */
  snapshot(): Uint8Array {
    return writeSnapshot(this.#store, this.#hash)
  }

  #add(kind: EventKind, mark: HistoryMark, amountMinor: number): void {
    checkTime(mark.atMs)
    this.#keys.set(mark.keys)
    for (let place = 0; place < KIND_PLANS.length; place++) {
      const plan = KIND_PLANS[place]
      const links = this.#links[place]
      if (plan === undefined || links === undefined || !this.#keys.has(place)) continue
      const { stored } = plan
      for (let i = 0; i < stored.length; i++) {
        links[i] = kind === PAYMENT ? this.#keys.fingerprint(stored[i] ?? 0) : 0
      }
      this.#store.add(this.#keys.low(place), this.#keys.high(place), {
        kind,
        atMs: mark.atMs,
        amountMinor,
        links,
        counted: plan.pairs.length > 0,
      })
    }
  }

  /**
   * Finds all entities before any is read. They lie anywhere in memory: one after the other each would wait for
   * itself, but side by side the processor waits for all of them at once.
   */
  #gather(idleBeforeMs: number): void {
    const references = this.#references
    for (let place = 0; place < references.length; place++) {
      references[place] = this.#keys.has(place)
        ? this.#store.find(this.#keys.low(place), this.#keys.high(place))
        : 0
    }
    for (let place = 0; place < references.length; place++) {
      const reference = u32(references, place)
      if (reference !== 0 && this.#store.isIdle(reference, idleBeforeMs)) references[place] = 0
    }
  }

  #viewOf(place: number, plan: KindPlan, atMs: number): EntityView {
    const pairs = this.#pairs[place] ?? NO_PAIRS
    for (let i = 0; i < pairs.length; i++) pairs[i] = this.#keys.fingerprint(plan.pairs[i] ?? 0)
    const { kind, reading, never } = plan
    const reference = u32(this.#references, place)
    if (reference === 0) {
      return pairs.length === 0 ? never : { ...never, pairs: pairView(reading, pairs, () => 0) }
    }
    const list = this.#list
    this.#store.open(reference, list)
    const view = this.#reader.read(list, atMs, reading, pairs)
    if (kind === 'account') {
      view.largest7dMinor = largestMinor(list, atMs, WEEK_MS)
      view.hours = hoursView(list, atMs)
    }
    if (kind === 'account' || kind === 'category') view.medianMinor = medianMinor(list, atMs)
    if (kind === 'seller') view.mature = matureView(list, atMs, this.#reader.lastFraudMs)
    return view
  }
}

function neverSeen(kind: EntityKind, view: NewView): EntityView {
  if (kind === 'account') {
    view.largest7dMinor = null
    view.hours = NO_HOURS
  }
  if (kind === 'account' || kind === 'category') view.medianMinor = null
  if (kind === 'seller') view.mature = NEVER_MATURE
  return Object.freeze(view)
}

function checkTime(atMs: number): void {
  if (Number.isSafeInteger(atMs) && atMs >= 0 && atMs <= MAX_AT_MS) return
  throw new HistoryError(
    'history_invalid_mark',
    `atMs: an integer of UTC epoch milliseconds wanted, got ${atMs}`,
  )
}
