import type { EntityKind } from '../events/entities.ts'
import { WINDOW_HINTS } from './curve.ts'
import { DECLINE, EVENT_WORDS, eventAmountMinor, eventAtMs, eventKind, FRAUD } from './events.ts'
import { FingerprintSet } from './fingerprints.ts'
import type { EntityPlan } from './plans.ts'
import { type EventList, MAX_EVENTS, MAX_LINKS } from './store.ts'
import type { Tail } from './tail.ts'
import { f64, u32 } from './typed.ts'
import type { EntityView } from './types.ts'
import { WINDOWS } from './windows.ts'

const WINDOW_COUNT = WINDOWS.length
const WINDOWS_MS = Float64Array.from(WINDOWS, window => window.ms)

/** Counts of what happened once, by number of windows: 1 in so many of the longest, 0 in the shorter. */
const STEPS: readonly (readonly (readonly number[])[])[] = Array.from(
  { length: WINDOW_COUNT + 1 },
  (_, length) =>
    Array.from({ length: length + 1 }, (__, ones) =>
      Object.freeze(Array.from({ length }, (___, i) => (i < length - ones ? 0 : 1))),
    ),
)
const NO_NUMBERS: readonly number[] = Object.freeze([])

function stepsOf(length: number, ones: number): readonly number[] {
  return STEPS[length]?.[ones] ?? NO_NUMBERS
}

/** A view that some kinds of entity still add to; a copy would cost as much as all the rest. */
export type NewView = { -readonly [K in keyof EntityView]: EntityView[K] }

/** A plan with the places of what it names. */
export interface ViewPlan {
  readonly linked: readonly EntityKind[]
  readonly pairs: readonly EntityKind[]
  /** Places of the pairs among the links of an event. */
  readonly pairLinks: readonly number[]
  /** Places of the windows in `WINDOWS`. */
  readonly windows: readonly number[]
  readonly sums: boolean
  readonly outcomes: boolean
  readonly amounts: boolean
}

/** @param stored kinds of the links of an event, the linked ones first */
export function viewPlan(plan: EntityPlan, stored: readonly EntityKind[]): ViewPlan {
  return {
    ...plan,
    pairLinks: plan.pairs.map(pair => stored.indexOf(pair)),
    windows: plan.windows.map(id => WINDOWS.findIndex(window => window.id === id)),
  }
}

/** The view of an entity never seen, but for its pairs. */
export function emptyView(plan: ViewPlan): NewView {
  const zeros = stepsOf(plan.windows.length, 0)
  const view: NewView = {
    firstSeenMs: null,
    lastSeenMs: null,
    lifetimeCount: 0,
    counts: zeros,
    distinct: Object.freeze(Object.fromEntries(plan.linked.map(kind => [kind, zeros]))),
  }
  if (plan.sums) view.sumsMinor = zeros
  if (plan.outcomes) {
    view.declines = zeros
    view.frauds = zeros
  }
  if (plan.amounts) {
    view.lifetimeMeanMinor = 0
    view.lifetimeM2 = 0
  }
  return view
}

/** A number for each pair that the keys name. */
export function pairView(plan: ViewPlan, pairs: Uint32Array, count: (pair: number) => number) {
  const view: { [K in EntityKind]?: number } = {}
  for (let pair = 0; pair < plan.pairs.length; pair++) {
    const kind = plan.pairs[pair]
    if (kind !== undefined && u32(pairs, pair) !== 0) view[kind] = count(pair)
  }
  return view
}

/** Computes views from an entity's events. It is made once, for its scratch memory. */
export class ViewReader {
  readonly #counts = new Float64Array(WINDOW_COUNT)
  readonly #sumsMinor = new Float64Array(WINDOW_COUNT)
  readonly #declines = new Float64Array(WINDOW_COUNT)
  readonly #frauds = new Float64Array(WINDOW_COUNT)
  readonly #distinct = Array.from({ length: MAX_LINKS }, () => new Float64Array(WINDOW_COUNT))
  readonly #met = Array.from({ length: MAX_LINKS }, () => new FingerprintSet())
  readonly #amounts = new Float64Array(MAX_EVENTS)
  #firstSeenMs: number | null = null
  #lastSeenMs: number | null = null
  #payments = 0
  /** Per pair: payments until the view, and those after it. */
  readonly #pairs = new Float64Array(MAX_LINKS)
  readonly #pairsLater = new Float64Array(MAX_LINKS)
  #meanMinor = 0
  #m2 = 0
  /** Time of the last fraud label among the latest events of what was read last, -1 without one. */
  lastFraudMs = -1

  /** @param pairs fingerprint to count of each pair of the plan, 0 for none */
  read(list: EventList, atMs: number, plan: ViewPlan, pairs: Uint32Array): NewView {
    const { words, first, length, stride, tail } = list
    const { linked, windows } = plan
    // The tail's lists alone are exact for a view that is not late, unless one is a sample.
    const newestMs = eventAtMs(words, first + (length - 1) * stride)
    const scanLinks = tail === undefined || atMs < newestMs || !tail.completeLinks()
    this.#scan(list, atMs, scanLinks ? linked.length : 0, plan, pairs)
    if (tail !== undefined) this.#addTail(tail, atMs, linked.length, scanLinks, plan, pairs)

    const distinct: { [K in EntityKind]?: readonly number[] } = {}
    for (let link = 0; link < linked.length; link++) {
      const kind = linked[link]
      const perWindow = this.#distinct[link]
      if (kind !== undefined && perWindow !== undefined) distinct[kind] = toArray(perWindow, windows)
    }
    const view: NewView = {
      firstSeenMs: this.#firstSeenMs,
      lastSeenMs: this.#lastSeenMs,
      lifetimeCount: this.#payments,
      counts: toArray(this.#counts, windows),
      distinct,
    }
    if (plan.sums) view.sumsMinor = toArray(this.#sumsMinor, windows)
    if (plan.outcomes) {
      view.declines = toArray(this.#declines, windows)
      view.frauds = toArray(this.#frauds, windows)
    }
    if (plan.amounts) {
      view.lifetimeMeanMinor = this.#meanMinor
      view.lifetimeM2 = this.#m2
    }
    if (pairs.length > 0) view.pairs = pairView(plan, pairs, pair => f64(this.#pairs, pair))
    return view
  }

  /**
   * Goes through the events from the newest back. What has been met when the first event too old for a window
   * comes up is what the window holds.
   */
  #scan(list: EventList, atMs: number, scannedLinks: number, plan: ViewPlan, pairs: Uint32Array): void {
    const { words, first, length, stride } = list
    for (let link = 0; link < scannedLinks; link++) this.#met[link]?.clear()
    let firstSeenMs = -1
    let lastSeenMs = -1
    this.lastFraudMs = -1
    if (pairs.length > 0) {
      this.#pairs.fill(0)
      this.#pairsLater.fill(0)
    }
    let payments = 0
    let sumMinor = 0
    let declines = 0
    let frauds = 0
    let window = 0
    let windowMs = f64(WINDOWS_MS, 0)
    for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
      const eventMs = eventAtMs(words, offset)
      for (let pair = 0; pair < pairs.length; pair++) {
        const fingerprint = u32(pairs, pair)
        const link = offset + EVENT_WORDS + (plan.pairLinks[pair] ?? 0)
        if (fingerprint === 0 || u32(words, link) !== fingerprint) continue
        const counts = eventMs > atMs ? this.#pairsLater : this.#pairs
        counts[pair] = f64(counts, pair) + 1
      }
      if (eventMs > atMs) continue
      while (atMs - eventMs >= windowMs) {
        this.#close(window, payments, sumMinor, declines, frauds, scannedLinks)
        window++
        windowMs = window < WINDOW_COUNT ? f64(WINDOWS_MS, window) : Number.POSITIVE_INFINITY
      }
      const kind = eventKind(words, offset)
      if (kind === DECLINE) {
        declines++
      } else if (kind === FRAUD) {
        if (frauds === 0) this.lastFraudMs = eventMs
        frauds++
      } else {
        const amountMinor = eventAmountMinor(words, offset)
        if (payments === 0) lastSeenMs = eventMs
        firstSeenMs = eventMs
        this.#amounts[payments++] = amountMinor
        sumMinor += amountMinor
        for (let link = 0; link < scannedLinks; link++) {
          const fingerprint = u32(words, offset + EVENT_WORDS + link)
          if (fingerprint !== 0) this.#met[link]?.add(fingerprint)
        }
      }
    }
    for (; window < WINDOW_COUNT; window++) {
      this.#close(window, payments, sumMinor, declines, frauds, scannedLinks)
    }
    this.#firstSeenMs = payments === 0 ? null : firstSeenMs
    this.#lastSeenMs = payments === 0 ? null : lastSeenMs
    this.#setLifetime(payments, sumMinor)
  }

  #close(
    window: number,
    payments: number,
    sumMinor: number,
    declines: number,
    frauds: number,
    scannedLinks: number,
  ): void {
    this.#counts[window] = payments
    this.#sumsMinor[window] = sumMinor
    this.#declines[window] = declines
    this.#frauds[window] = frauds
    for (let link = 0; link < scannedLinks; link++) {
      const perWindow = this.#distinct[link]
      if (perWindow !== undefined) perWindow[window] = this.#met[link]?.size ?? 0
    }
  }

  #setLifetime(payments: number, sumMinor: number): void {
    const mean = payments === 0 ? 0 : sumMinor / payments
    let m2 = 0
    for (let i = 0; i < payments; i++) {
      const deviation = f64(this.#amounts, i) - mean
      m2 += deviation * deviation
    }
    this.#payments = payments
    this.#meanMinor = mean
    this.#m2 = m2
  }

  #addTail(
    tail: Tail,
    atMs: number,
    linkCount: number,
    linksScanned: boolean,
    plan: ViewPlan,
    pairs: Uint32Array,
  ): void {
    const { view } = WINDOW_HINTS
    tail.payments.addWindows(atMs, WINDOWS_MS, view, this.#counts, plan.sums ? this.#sumsMinor : null)
    if (plan.outcomes) {
      tail.declines?.addWindows(atMs, WINDOWS_MS, view, this.#declines, null)
      tail.frauds?.addWindows(atMs, WINDOWS_MS, view, this.#frauds, null)
    }
    const lastFoldedMs = tail.payments.lastAtMs(atMs)
    for (let link = 0; link < linkCount; link++) {
      const perWindow = this.#distinct[link]
      if (perWindow === undefined) continue
      if (!linksScanned) perWindow.fill(0)
      // Windows without a folded payment were scanned whole.
      const scannedFromMs = linksScanned ? (lastFoldedMs ?? 0) : Number.POSITIVE_INFINITY
      tail.links[link]?.raiseWindows(atMs, WINDOWS_MS, scannedFromMs, perWindow)
    }
    for (let pair = 0; pair < pairs.length; pair++) {
      const fingerprint = u32(pairs, pair)
      if (fingerprint === 0) continue
      const listed = tail.links[plan.pairLinks[pair] ?? 0]?.paymentsOf(fingerprint) ?? 0
      this.#pairs[pair] = Math.max(f64(this.#pairs, pair), listed - f64(this.#pairsLater, pair))
    }
    if (tail.count > 0 && tail.firstAtMs <= atMs) this.#addLifetime(tail, lastFoldedMs)
  }

  /** Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979. */
  #addLifetime(tail: Tail, lastFoldedMs: number | null): void {
    this.#firstSeenMs = Math.min(tail.firstAtMs, this.#firstSeenMs ?? tail.firstAtMs)
    this.#lastSeenMs ??= lastFoldedMs
    const count = tail.count + this.#payments
    const difference = this.#meanMinor - tail.meanMinor
    this.#m2 += tail.m2 + (difference * difference * tail.count * this.#payments) / count
    this.#meanMinor = tail.meanMinor + (difference * this.#payments) / count
    this.#payments = count
  }
}

/** The numbers of a kind's windows, without a new array where most entities have the same. */
function toArray(perWindow: Float64Array, windows: readonly number[]): readonly number[] {
  const length = windows.length
  // They only rise from a window to the next longer one.
  if (length === 0 || f64(perWindow, windows[length - 1] ?? 0) <= 1) {
    let ones = 0
    for (let i = 0; i < length; i++) ones += f64(perWindow, windows[i] ?? 0)
    return stepsOf(length, ones)
  }
  if (length < WINDOW_COUNT) return windows.map(window => f64(perWindow, window))
  // One literal, which is laid out at once; `Array.from` takes ten times as long.
  return [
    f64(perWindow, 0),
    f64(perWindow, 1),
    f64(perWindow, 2),
    f64(perWindow, 3),
    f64(perWindow, 4),
    f64(perWindow, 5),
    f64(perWindow, 6),
  ]
}
