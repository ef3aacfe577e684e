import type { PaymentEvent } from '../events/payment-event.ts'
import type { EntityKind, WindowId } from '../history/index.ts'
import type { HistoryViews } from '../history/types.ts'

/** Settings of the site that features may read. */
export interface SiteSettings {
  /** IANA zone of the shop, for example America/Lima. */
  readonly timeZone: string
  readonly currency: string
  /** ISO 3166 alpha-2 of the shop. */
  readonly country: string
}

/** All that a feature may read: point-in-time by construction, since history was read before the event was added. */
export interface FeatureInput {
  readonly event: PaymentEvent
  readonly history: HistoryViews
  readonly site: SiteSettings
}

/** A feature's value; null is missing. Categories are strings of the declared vocabulary. */
export type FeatureValue = number | string | boolean | null

/** A declared feature: the one definition that serving, training, back-test, replay and documentation use. */
export interface Feature {
  readonly name: string
  readonly description: string
  readonly type: 'number' | 'boolean' | 'category'
  readonly unit: string
  readonly entity: EntityKind | 'session' | 'order'
  readonly window: WindowId | null
  readonly source: 'transaction' | 'token' | 'history' | 'ip'
  readonly version: number
  /** ISO date on which the definition was made. */
  readonly createdAt: string
  /** Closed vocabulary of a category; anything else is encoded as "other". */
  readonly values?: readonly string[]
  readonly compute: (input: FeatureInput) => FeatureValue
}

/** Values by feature name, as stored with a decision. */
export type FeatureRow = Readonly<Record<string, FeatureValue>>
