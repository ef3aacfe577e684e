import { DECLINE, EVENT_WORDS, eventAmountMinor, eventAtMs, eventKind, FRAUD } from './events.ts'
import { type EventList, MAX_EVENTS, MAX_LINKS } from './store.ts'
import type { Tail } from './tail.ts'
import { f64, u32 } from './typed.ts'
import { WINDOWS } from './windows.ts'

const WINDOWS_MS: readonly number[] = WINDOWS.map(window => window.ms)

/** An entity's figures at a time, with distinct counts by the place of the link. */
export interface Figures {
  firstSeenMs: number | null
  lastSeenMs: number | null
  lifetimeCount: number
  lifetimeMeanMinor: number
  lifetimeM2: number
  readonly counts: number[]
  readonly sumsMinor: number[]
  readonly declines: number[]
  readonly frauds: number[]
  readonly distinct: number[][]
  /** Payments whose last link is the given pair. */
  pairCount: number
}

export function emptyFigures(distinctLinks: number): Figures {
  const distinct: number[][] = []
  for (let link = 0; link < distinctLinks; link++) distinct.push(zeros())
  return {
    firstSeenMs: null,
    lastSeenMs: null,
    lifetimeCount: 0,
    lifetimeMeanMinor: 0,
    lifetimeM2: 0,
    counts: zeros(),
    sumsMinor: zeros(),
    declines: zeros(),
    frauds: zeros(),
    distinct,
    pairCount: 0,
  }
}

/** Computes figures from an entity's events. One instance serves one history, for its scratch memory. */
export class FigureReader {
  /** Per link, the fingerprints met so far in the list, newest first. */
  readonly #met = new Uint32Array(MAX_LINKS * MAX_EVENTS)
  readonly #metCount = new Uint32Array(MAX_LINKS)
  readonly #amounts = new Float64Array(MAX_EVENTS)

  /**
   * @param distinctLinks how many of the links, from the first, are counted as distinct
   * @param pair fingerprint to count in the last link, 0 for none
   */
  read(list: EventList, atMs: number, distinctLinks: number, pair: number): Figures {
    const figures = emptyFigures(distinctLinks)
    const { words, first, length, stride, tail } = list
    const newestAtMs = eventAtMs(words, first + (length - 1) * stride)
    // The lists of the tail alone are exact for a view that is not late, unless they are samples.
    const scanLinks = tail === undefined || atMs < newestAtMs || tail.links.some(link => !link.complete)
    if (scanLinks) this.#metCount.fill(0)

    let payments = 0
    let sumMinor = 0
    let pairsLater = 0
    let window = 0
    for (let offset = first + (length - 1) * stride; offset >= first; offset -= stride) {
      const eventMs = eventAtMs(words, offset)
      const ageMs = atMs - eventMs
      const kind = eventKind(words, offset)
      if (ageMs < 0) {
        if (pair !== 0 && u32(words, offset + stride - 1) === pair) pairsLater++
        continue
      }
      // Events come with growing age, so the shortest window that holds one only moves up.
      while (window < WINDOWS_MS.length && ageMs >= (WINDOWS_MS[window] ?? 0)) window++
      if (kind === DECLINE) {
        increase(figures.declines, window, 1)
      } else if (kind === FRAUD) {
        increase(figures.frauds, window, 1)
      } else {
        const amountMinor = eventAmountMinor(words, offset)
        increase(figures.counts, window, 1)
        increase(figures.sumsMinor, window, amountMinor)
        this.#amounts[payments++] = amountMinor
        sumMinor += amountMinor
        figures.lastSeenMs ??= eventMs
        figures.firstSeenMs = eventMs
        if (pair !== 0 && u32(words, offset + stride - 1) === pair) figures.pairCount++
        if (scanLinks && window < WINDOWS_MS.length) {
          this.#meetLinks(words, offset + EVENT_WORDS, window, figures.distinct)
        }
      }
    }
    accumulate(figures.counts)
    accumulate(figures.sumsMinor)
    accumulate(figures.declines)
    accumulate(figures.frauds)
    for (const perWindow of figures.distinct) accumulate(perWindow)

    this.#setLifetime(figures, payments, sumMinor)
    if (tail !== undefined) addTail(figures, tail, atMs, scanLinks, pair, pairsLater)
    return figures
  }

  /** Counts each linked key in the shortest window that holds its last payment. */
  #meetLinks(words: Uint32Array, offset: number, window: number, distinct: number[][]): void {
    for (let link = 0; link < distinct.length; link++) {
      const fingerprint = u32(words, offset + link)
      const from = link * MAX_EVENTS
      const end = from + u32(this.#metCount, link)
      let at = from
      while (at < end && u32(this.#met, at) !== fingerprint) at++
      if (at < end || fingerprint === 0) continue
      this.#met[end] = fingerprint
      this.#metCount[link] = end - from + 1
      increase(distinct[link] ?? [], window, 1)
    }
  }

  #setLifetime(figures: Figures, payments: number, sumMinor: number): void {
    if (payments === 0) return
    const mean = sumMinor / payments
    let m2 = 0
    for (let i = 0; i < payments; i++) m2 += (f64(this.#amounts, i) - mean) ** 2
    figures.lifetimeCount = payments
    figures.lifetimeMeanMinor = mean
    figures.lifetimeM2 = m2
  }
}

function addTail(
  figures: Figures,
  tail: Tail,
  atMs: number,
  linksScanned: boolean,
  pair: number,
  pairsLater: number,
): void {
  tail.payments.addWindows(atMs, WINDOWS_MS, figures.counts, figures.sumsMinor)
  tail.declines?.addWindows(atMs, WINDOWS_MS, figures.declines, null)
  tail.frauds?.addWindows(atMs, WINDOWS_MS, figures.frauds, null)

  const lastFoldedMs = tail.payments.lastAtMs(atMs)
  for (let link = 0; link < figures.distinct.length; link++) {
    const perWindow = figures.distinct[link] ?? []
    let shorter = 0
    for (let i = 0; i < WINDOWS_MS.length; i++) {
      const startMs = atMs - (WINDOWS_MS[i] ?? 0)
      const scanned = perWindow[i] ?? 0
      const scanIsExact = linksScanned && (lastFoldedMs === null || lastFoldedMs <= startMs)
      const listed = scanIsExact ? 0 : (tail.links[link]?.distinct(startMs, atMs) ?? 0)
      // A sample may count fewer keys than the latest events show, or than a shorter window has.
      shorter = Math.max(scanned, listed, shorter)
      perWindow[i] = shorter
    }
  }
  if (pair !== 0) {
    const listed = tail.links[tail.links.length - 1]?.paymentsOf(pair) ?? 0
    figures.pairCount = Math.max(figures.pairCount, listed - pairsLater)
  }

  if (tail.count === 0 || tail.firstAtMs > atMs) return
  figures.firstSeenMs = Math.min(tail.firstAtMs, figures.firstSeenMs ?? tail.firstAtMs)
  figures.lastSeenMs ??= lastFoldedMs
  // Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
  const count = tail.count + figures.lifetimeCount
  const difference = figures.lifetimeMeanMinor - tail.meanMinor
  figures.lifetimeM2 += tail.m2 + (difference * difference * tail.count * figures.lifetimeCount) / count
  figures.lifetimeMeanMinor = tail.meanMinor + (difference * figures.lifetimeCount) / count
  figures.lifetimeCount = count
}

function zeros(): number[] {
  return [0, 0, 0, 0, 0, 0, 0]
}

/** An event older than every window is counted in none. */
function increase(perWindow: number[], window: number, by: number): void {
  if (window < perWindow.length) perWindow[window] = (perWindow[window] ?? 0) + by
}

/** From "in this window but no shorter one" to "in this window". */
function accumulate(perWindow: number[]): void {
  let total = 0
  for (let i = 0; i < perWindow.length; i++) {
    total += perWindow[i] ?? 0
    perWindow[i] = total
  }
}
