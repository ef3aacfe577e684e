import type { Signals } from '@atalaya/client/contract'
import type { Manner } from './manners.ts'

/** What a shopper lets the SDK collect; with `none` there is no token. */
export type Consent = 'full' | 'essential' | 'none'

/** A visit in which somebody tries to pay more than once; whoever tries again keeps it, so that signals add up. */
export class Sitting {
  signals: Signals | null = null
  atMs = 0
  /** Of the session that all its attempts belong to. */
  id: string | null = null
}

/**
 * A visit that ends with a payment.
 *
 * @property pace personal speed; 1 is the median person, smaller is faster
 * @property pastesCard card number from the clipboard: virtual cards, password managers, lists of stolen cards
 * @property attempt which payment attempt of the visit this is; the earlier ones were declined
 * @property sitting the visit that attempts after the first go on with
 */
export interface Visit {
  readonly manner: Manner
  readonly pace: number
  readonly consent: Consent
  readonly pastesCard: boolean
  readonly attempt: number
  readonly sitting?: Sitting
}
