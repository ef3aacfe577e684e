import type { EntityKind } from '../events/entities.ts'
import { DECLINE, EVENT_WORDS, eventAmountMinor, eventAtMs, eventKind, FRAUD } from './events.ts'
import { FingerprintSet } from './fingerprints.ts'
import { type EventList, MAX_EVENTS, MAX_LINKS } from './store.ts'
import type { Tail } from './tail.ts'
import { f64, u32 } from './typed.ts'
import type { EntityView } from './types.ts'
import { WINDOWS } from './windows.ts'

const WINDOW_COUNT = WINDOWS.length
const WINDOWS_MS = Float64Array.from(WINDOWS, window => window.ms)

/** A view that some kinds of entity still add to; a copy would cost as much as all the rest. */
export type NewView = { -readonly [K in keyof EntityView]: EntityView[K] }

/** The view of an entity never seen. */
export function emptyView(linked: readonly EntityKind[]): NewView {
  const distinct: { [K in EntityKind]?: number[] } = {}
  for (const kind of linked) distinct[kind] = [0, 0, 0, 0, 0, 0, 0]
  return {
    firstSeenMs: null,
    lastSeenMs: null,
    lifetimeCount: 0,
    lifetimeMeanMinor: 0,
    lifetimeM2: 0,
    counts: [0, 0, 0, 0, 0, 0, 0],
    sumsMinor: [0, 0, 0, 0, 0, 0, 0],
    declines: [0, 0, 0, 0, 0, 0, 0],
    frauds: [0, 0, 0, 0, 0, 0, 0],
    distinct,
  }
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
  #pairs = 0
  #pairsLater = 0
  #meanMinor = 0
  #m2 = 0

  /**
   * @param linked kinds of the first links of each event, which are counted as distinct
   * @param pair fingerprint to count in the last link, 0 for none
   */
  read(list: EventList, atMs: number, linked: readonly EntityKind[], pair: number): NewView {
    const { words, first, length, stride, tail } = list
    // The tail's lists alone are exact for a view that is not late, unless one is a sample.
    const newestMs = eventAtMs(words, first + (length - 1) * stride)
    const scanLinks = tail === undefined || atMs < newestMs || !tail.completeLinks()
    this.#scan(list, atMs, scanLinks ? linked.length : 0, pair)
    if (tail !== undefined) this.#addTail(tail, atMs, linked.length, scanLinks, pair)

    const distinct: { [K in EntityKind]?: number[] } = {}
    for (let link = 0; link < linked.length; link++) {
      const kind = linked[link]
      const perWindow = this.#distinct[link]
      if (kind !== undefined && perWindow !== undefined) distinct[kind] = toArray(perWindow)
    }
    const view: NewView = {
      firstSeenMs: this.#firstSeenMs,
      lastSeenMs: this.#lastSeenMs,
      lifetimeCount: this.#payments,
      lifetimeMeanMinor: this.#meanMinor,
      lifetimeM2: this.#m2,
      counts: toArray(this.#counts),
      sumsMinor: toArray(this.#sumsMinor),
      declines: toArray(this.#declines),
      frauds: toArray(this.#frauds),
      distinct,
    }
    if (pair !== 0) view.pairCount = this.#pairs
    return view
  }

  /**
   * Goes through the events from the newest back. What has been met when the first event too old for a window
   * comes up is what the window holds.
   */
  #scan(list: EventList, atMs: number, scannedLinks: number, pair: number): void {
    const { words, first, length, stride } = list
    for (let link = 0; link < scannedLinks; link++) this.#met[link]?.clear()
    let firstSeenMs = -1
    let lastSeenMs = -1
    let pairs = 0
    let pairsLater = 0
    let payments = 0
    let sumMinor = 0
    let declines = 0
    let frauds = 0
    let window = 0
    let windowMs = f64(WINDOWS_MS, 0)
    for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
      const eventMs = eventAtMs(words, offset)
      const isPair = pair !== 0 && u32(words, offset + stride - 1) === pair
      if (eventMs > atMs) {
        if (isPair) pairsLater++
        continue
      }
      while (atMs - eventMs >= windowMs) {
        this.#close(window, payments, sumMinor, declines, frauds, scannedLinks)
        window++
        windowMs = window < WINDOW_COUNT ? f64(WINDOWS_MS, window) : Number.POSITIVE_INFINITY
      }
      const kind = eventKind(words, offset)
      if (kind === DECLINE) {
        declines++
      } else if (kind === FRAUD) {
        frauds++
      } else {
        const amountMinor = eventAmountMinor(words, offset)
        if (payments === 0) lastSeenMs = eventMs
        firstSeenMs = eventMs
        this.#amounts[payments++] = amountMinor
        sumMinor += amountMinor
        if (isPair) pairs++
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
    this.#pairs = pairs
    this.#pairsLater = pairsLater
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

  #addTail(tail: Tail, atMs: number, linkCount: number, linksScanned: boolean, pair: number): void {
    tail.payments.addWindows(atMs, WINDOWS_MS, this.#counts, this.#sumsMinor)
    tail.declines?.addWindows(atMs, WINDOWS_MS, this.#declines, null)
    tail.frauds?.addWindows(atMs, WINDOWS_MS, this.#frauds, null)
    const lastFoldedMs = tail.payments.lastAtMs(atMs)
    for (let link = 0; link < linkCount; link++) {
      const perWindow = this.#distinct[link]
      if (perWindow === undefined) continue
      if (!linksScanned) perWindow.fill(0)
      // Windows without a folded payment were scanned whole.
      const scannedFromMs = linksScanned ? (lastFoldedMs ?? 0) : Number.POSITIVE_INFINITY
      tail.links[link]?.raiseWindows(atMs, WINDOWS_MS, scannedFromMs, perWindow)
    }
    if (pair !== 0) {
      const listed = tail.links[tail.links.length - 1]?.paymentsOf(pair) ?? 0
      this.#pairs = Math.max(this.#pairs, listed - this.#pairsLater)
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

/** One literal, which is laid out at once; `Array.from` takes ten times as long. */
function toArray(perWindow: Float64Array): number[] {
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
