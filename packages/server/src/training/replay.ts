import type { EntityKeys } from '../events/entities.ts'
import {
  type EventContext,
  type IpFacts,
  type PaymentEvent,
  toPaymentEvent,
} from '../events/payment-event.ts'
import { computeFeatures, type FeatureRow, type SiteSettings } from '../features/index.ts'
import { History } from '../history/index.ts'
import type { HistoryRecord } from '../records/record.ts'
import { PendingQueue } from './pending.ts'

/** What a replay needs besides the records. */
export interface ReplayOptions {
  readonly site: SiteSettings
  /** Facts about an address in text form. */
  readonly lookupIp: (ip: string) => IpFacts
  readonly toSiteMinor: EventContext['toSiteMinor']
  /** The pre-score of the record at a place of the source, as the service would compute it; null for none. */
  readonly prescore?: (record: HistoryRecord, index: number) => number | null
  readonly keys?: ReplayKeys
}

/**
 * An installation's own keys. Counts of distinct keys beyond 256 are estimated from a sample that the keys choose, so
 * that a replay equals what one installation served to the bit only with its keys; without them it is as good a sample.
 */
export interface ReplayKeys {
  readonly historyKey: Uint8Array
  readonly pseudonymise: EventContext['pseudonymise']
}

/** A record as the service would have seen it at its time. */
export interface Replayed {
  readonly record: HistoryRecord
  readonly event: PaymentEvent
  readonly features: FeatureRow
}

type Known = { readonly what: 'decline' | 'fraud'; readonly keys: EntityKeys }

/** Any key will do: nothing that is hashed leaves the replay. */
const HASH_KEY = new Uint8Array(16)

/** Pseudonyms keep identifiers secret; a replay has nobody to keep them from, only kinds to keep apart. */
const pseudonymise = (kind: string, identifier: string) => `${kind}\n${identifier}`

/**
 * Replays records in order of arrival through the service's own steps: event, history as it was known then, features,
 * and only then the event into the history. Declines and fraud labels enter the history when they became known.
 */
export class Replay {
  readonly #options: ReplayOptions
  readonly #history: History
  readonly #pending = new PendingQueue<Known>()
  #index = 0

  constructor(options: ReplayOptions) {
    this.#options = options
    this.#history = new History({ hashKey: options.keys?.historyKey ?? HASH_KEY })
  }

  next(record: HistoryRecord): Replayed {
    this.#learnUntil(record.receivedAtMs)
    const event = this.#eventOf(record)
    this.#index++
    const history = this.#history.view(event.keys, event.atMs)
    const features = computeFeatures({ event, history, site: this.#options.site })
    this.#history.record({ atMs: event.atMs, keys: event.keys, amountMinor: event.siteAmountMinor })
    const { declinedAtMs, label } = record
    if (declinedAtMs !== null) this.#pending.add(declinedAtMs, { what: 'decline', keys: event.keys })
    if (label?.fraud) this.#pending.add(label.observedAtMs, { what: 'fraud', keys: event.keys })
    return { record, event, features }
  }

  #learnUntil(nowMs: number): void {
    for (let next = this.#pending.takeUntil(nowMs); next; next = this.#pending.takeUntil(nowMs)) {
      const mark = { atMs: next.atMs, keys: next.item.keys }
      if (next.item.what === 'decline') this.#history.recordDecline(mark)
      else this.#history.recordFraud(mark)
    }
  }

  #eventOf(record: HistoryRecord): PaymentEvent {
    const { transaction, siteId, action, receivedAtMs, session, deviceThumbprint, visitorId } = record
    const ipAddress = transaction.ip ?? record.remoteIp
    const { lookupIp, toSiteMinor, prescore } = this.#options
    return toPaymentEvent(transaction, {
      siteId,
      action,
      receivedAtMs,
      session: prescore ? { ...session, serverPrescore: prescore(record, this.#index) } : session,
      deviceThumbprint,
      visitorId,
      sessionId: record.sessionId ?? null,
      ipAddress,
      ip: ipAddress === null ? { country: null, asn: null, hosting: null } : lookupIp(ipAddress),
      siteCountry: this.#options.site.country,
      pseudonymise: this.#options.keys?.pseudonymise ?? pseudonymise,
      toSiteMinor,
    })
  }
}
