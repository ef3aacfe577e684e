import type { Challenge, Outcome, Reason } from '../decide/types.ts'
import type { TokenStatus } from '../events/session.ts'
import type { FeatureValue } from '../features/types.ts'

/** One line of the live feed. */
export interface FeedEntry {
  readonly id: string
  readonly orderId: string
  /** When the order was placed, UTC epoch ms. */
  readonly atMs: number
  readonly amountMinor: number
  readonly currency: string
  readonly decision: Outcome
  readonly score: number | null
  readonly tokenStatus: TokenStatus
  readonly country: string | null
  readonly region: string | null
  readonly deviceType: string
  readonly firstReason: { readonly es: string; readonly en: string } | null
}

/** Words of a code in both languages of the console. */
export interface Wording {
  readonly es: string
  readonly en: string
}

/** Everything that the console shows of one decision. */
export interface CaseView extends FeedEntry {
  readonly margin: number | null
  readonly expectedLossMinor: number | null
  readonly siteCurrency: string
  readonly reasons: readonly (Reason & { readonly text: Wording })[]
  readonly rules: readonly { readonly id: string; readonly action: Outcome; readonly description: string }[]
  readonly challenge: readonly Challenge[]
  readonly review: { readonly deadlineAtMs: number; readonly defaultAction: Outcome } | null
  readonly token: {
    readonly status: TokenStatus
    readonly keyState: string | null
    readonly consent: string | null
    readonly gpc: boolean | null
    readonly nonceAgeMs: number | null
    readonly clockSkewMs: number | null
    readonly sdkVersion: string | null
  }
  readonly prescore: {
    readonly client: number | null
    readonly server: number | null
    readonly match: boolean | null
  }
  readonly features: readonly FeatureView[]
  readonly signals: readonly { readonly name: string; readonly value: number | null; readonly unit: string }[]
  readonly entities: readonly {
    readonly kind: string
    readonly key: string
    readonly count24h: number
    readonly firstSeenMs: number | null
  }[]
  readonly versions: Readonly<Record<string, string | null>>
  readonly degraded: readonly string[]
  readonly envelope: unknown
}
export interface FeatureView {
  readonly name: string
  readonly value: FeatureValue
  readonly unit: string
  readonly description: string
  /** Whether it is one of the twelve commissioned variables. */
  readonly commissioned: boolean
}
