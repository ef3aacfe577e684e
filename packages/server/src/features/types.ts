import type { SessionVariables, SignalName } from '@atalaya/client/contract'
import type { EntityKind } from '../events/entities.ts'
import type { PaymentEvent } from '../events/payment-event.ts'
import type { HistoryViews } from '../history/types.ts'
import type { WindowId } from '../history/windows.ts'
import type { LocalTime } from './local-time.ts'

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

/**
 * A feature's input with what several features need worked out once.
 *
 * @property signals the session's signals by name; null when there is no session to speak of, see `context.ts`
 * @property session the commissioned session variables of those signals
 * @property local the time of the order by the shop's clocks
 */
export interface FeatureContext extends FeatureInput {
  readonly signals: { readonly [K in SignalName]: number | null } | null
  readonly session: SessionVariables | null
  readonly local: LocalTime
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
  readonly compute: (context: FeatureContext) => FeatureValue
}

/** Values by feature name, as stored with a decision. */
export type FeatureRow = Readonly<Record<string, FeatureValue>>

/** Values at the places of their features in the catalogue of this build. */
export type FeatureValues = readonly FeatureValue[]
