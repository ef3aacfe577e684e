import type { EntityKeys, EntityKind } from '../events/entities.ts'

/** A decline or a mature fraud label: when it became known, and to which entities it belongs. */
export interface HistoryMark {
  /** UTC epoch ms. For a fraud label the time it was observed, so that no view before it can know it. */
  readonly atMs: number
  readonly keys: EntityKeys
}

/** A payment attempt, whatever became of it. */
export interface PaymentMark extends HistoryMark {
  /** Minor units of the site's currency; an integer from 0 to 2^51 - 1. */
  readonly amountMinor: number
}

/** Payments that are old enough, a week, for most labels to be known, and the latest fraud known. */
export interface MatureView {
  /** Payments in the windows that ended a week before, in the order of `MATURE_WINDOWS`. */
  readonly counts: readonly number[]
  /** When the last fraud label was observed; null when there was none in 84 days. */
  readonly lastFraudMs: number | null
  /** Payments between a week before that label and a week before now; null without such a label. */
  readonly countSinceFraud: number | null
}

/** When of the day the latest payments were made. Arithmetic of the day in UTC: where clocks change, an hour off. */
export interface HoursView {
  /** Payments among the latest 40 events. */
  readonly count: number
  /** Those of them whose time of day is at most two hours from the view's. */
  readonly nearCount: number
  /** From the view's time of day to the nearest of theirs, at most half a day; null without any payment. */
  readonly nearestMs: number | null
}

/**
 * What was known of one entity at one time. Plain JSON data: it is stored in the decision's envelope and read
 * back to the bit. Arrays have one number per window of the kind's plan, shortest first; what the plan of a kind
 * leaves out is not there.
 */
export interface EntityView {
  /** Time of the first payment, null when there was none. */
  readonly firstSeenMs: number | null
  /** Time of the last payment, null when there was none. */
  readonly lastSeenMs: number | null
  /** Payments since the entity was first seen or came back after an eviction. */
  readonly lifetimeCount: number
  /** Mean amount of those payments in minor units; 0 when there was none. */
  readonly lifetimeMeanMinor?: number
  /** Sum of squared deviations from that mean; the sample variance is `lifetimeM2 / (lifetimeCount - 1)`. */
  readonly lifetimeM2?: number
  /** Payments. */
  readonly counts: readonly number[]
  /** Their amounts in minor units. */
  readonly sumsMinor?: readonly number[]
  /** Declines. */
  readonly declines?: readonly number[]
  /** Fraud labels observed. */
  readonly frauds?: readonly number[]
  /** Per linked kind, the keys whose payments with this entity fall into the window. */
  readonly distinct: { readonly [K in EntityKind]?: readonly number[] }
  /** Past payments with the same seller, card and so on as the keys name. */
  readonly pairs?: { readonly [K in EntityKind]?: number }
  /** Of an account: largest amount of the last 7 days in minor units, among its latest 40 events; null without any. */
  readonly largest7dMinor?: number | null
  /** Of an account and a category: median amount of the payments among the latest 40 events; null without any. */
  readonly medianMinor?: number | null
  /** Of an account. */
  readonly hours?: HoursView
  /** Of a seller. */
  readonly mature?: MatureView
}

/** One view for every entity that the keys name, also for entities never seen. */
export type HistoryViews = { readonly [K in EntityKind]?: EntityView }
