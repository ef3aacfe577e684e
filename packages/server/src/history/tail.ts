import { Curve } from './curve.ts'
import { DECLINE, type EventKind, FRAUD } from './events.ts'
import { RecencyList } from './recency.ts'
import type { WordReader, WordWriter } from './wire.ts'

/**
 * What a busy entity keeps beside its latest events: everything older, condensed. Events enter in the order
 * of their times, except late ones.
 */
export class Tail {
  readonly payments: Curve
  declines: Curve | null = null
  frauds: Curve | null = null
  /** One list per linked kind. Unlike the curves they also hold the latest events. */
  readonly links: readonly RecencyList[]
  /** First payment folded into the tail; infinite when there was none. */
  firstAtMs = Number.POSITIVE_INFINITY
  /** Welford's running count, mean and sum of squared deviations of the folded payments' amounts. */
  count = 0
  meanMinor = 0
  m2 = 0

  private constructor(payments: Curve, links: readonly RecencyList[]) {
    this.payments = payments
    this.links = links
  }

  /** @param counted whether payments with each linked key are counted */
  static empty(linkCount: number, counted: boolean): Tail {
    return new Tail(
      Curve.empty(),
      Array.from({ length: linkCount }, () => RecencyList.empty(counted)),
    )
  }

  static read(reader: WordReader, linkCount: number): Tail {
    const links = Array.from({ length: linkCount }, () => RecencyList.read(reader))
    const tail = new Tail(Curve.read(reader), links)
    if (reader.word() === 1) tail.declines = Curve.read(reader)
    if (reader.word() === 1) tail.frauds = Curve.read(reader)
    tail.firstAtMs = reader.double()
    tail.count = reader.double()
    tail.meanMinor = reader.double()
    tail.m2 = reader.double()
    return tail
  }

  write(writer: WordWriter): void {
    for (const list of this.links) list.write(writer)
    this.payments.write(writer)
    for (const curve of [this.declines, this.frauds]) {
      writer.word(curve === null ? 0 : 1)
      curve?.write(writer)
    }
    writer.double(this.firstAtMs)
    writer.double(this.count)
    writer.double(this.meanMinor)
    writer.double(this.m2)
  }

  get bytes(): number {
    let bytes = this.payments.bytes + (this.declines?.bytes ?? 0) + (this.frauds?.bytes ?? 0)
    for (const list of this.links) bytes += list.bytes
    return bytes
  }

  /** Whether the lists hold every linked key. */
  completeLinks(): boolean {
    for (const list of this.links) {
      if (!list.complete) return false
    }
    return true
  }

  /** Takes in an event that has left, or never entered, the latest ones. */
  fold(kind: EventKind, atMs: number, amountMinor: number): void {
    if (kind === DECLINE) {
      this.declines ??= Curve.empty()
      this.declines.add(atMs, 0)
    } else if (kind === FRAUD) {
      this.frauds ??= Curve.empty()
      this.frauds.add(atMs, 0)
    } else {
      this.payments.add(atMs, amountMinor)
      this.firstAtMs = Math.min(this.firstAtMs, atMs)
      this.count++
      const deviation = amountMinor - this.meanMinor
      this.meanMinor += deviation / this.count
      this.m2 += deviation * (amountMinor - this.meanMinor)
    }
  }
}
