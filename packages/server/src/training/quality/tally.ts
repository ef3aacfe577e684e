import { localTime } from '../../features/local-time.ts'
import { keepFirst, type PlacedRecord } from '../import/index.ts'

export const DAY_MS = 86_400_000
/** Amounts are counted in steps of a fifth of a power of ten. */
const AMOUNT_STEPS = 5
const LARGEST_KEPT = 5

/** Rows and frauds of one day. */
export interface DayCount {
  /** Midnight UTC of the day. */
  readonly atMs: number
  rows: number
  frauds: number
}

/** Counts good rows as they pass, in memory that does not grow with them. */
export class Tally {
  readonly #timeZone: string
  readonly #days = new Map<number, DayCount>()
  readonly #delays = new Map<number, { frauds: number; genuine: number }>()
  readonly #amounts = new Map<number, number>()
  readonly currencies = new Map<string, number>()
  readonly hours = new Float64Array(24)
  readonly zeroLines: number[] = []
  rows = 0
  frauds = 0
  genuine = 0
  zeroAmounts = 0
  /** Amounts without a fraction of the major unit, among those whose currency has one. */
  wholeAmounts = 0
  /** Times that are midnight by the shop's clock. */
  midnights = 0
  leastDelayMs = Number.POSITIVE_INFINITY
  mostDelayMs = Number.NEGATIVE_INFINITY
  /** The largest amounts with their lines. */
  largest: { amountMinor: number; line: number }[] = []

  /** First and last payment. */
  firstMs: number | null = null
  lastMs: number | null = null

  constructor(timeZone: string) {
    this.#timeZone = timeZone
  }

  add({ record, line }: PlacedRecord): void {
    const { receivedAtMs, label, transaction } = record
    this.rows++
    this.firstMs = Math.min(this.firstMs ?? receivedAtMs, receivedAtMs)
    this.lastMs = Math.max(this.lastMs ?? receivedAtMs, receivedAtMs)
    const { hour } = localTime(this.#timeZone, receivedAtMs)
    this.hours[Math.floor(hour)] = (this.hours[Math.floor(hour)] ?? 0) + 1
    if (hour === 0) this.midnights++
    const day = this.#day(receivedAtMs)
    day.rows++
    if (label) {
      this.#label(label, receivedAtMs)
      if (label.fraud) day.frauds++
    }
    this.#amount(transaction.amountMinor, line)
    const { currency } = transaction
    if (this.currencies.size < 1000 || this.currencies.has(currency))
      this.currencies.set(currency, (this.currencies.get(currency) ?? 0) + 1)
  }

  #day(atMs: number): DayCount {
    const index = Math.floor(atMs / DAY_MS)
    let day = this.#days.get(index)
    if (day === undefined) {
      day = { atMs: index * DAY_MS, rows: 0, frauds: 0 }
      this.#days.set(index, day)
    }
    return day
  }

  #label({ fraud, observedAtMs }: { fraud: boolean; observedAtMs: number }, receivedAtMs: number): void {
    if (fraud) this.frauds++
    else this.genuine++
    const delayMs = observedAtMs - receivedAtMs
    this.leastDelayMs = Math.min(this.leastDelayMs, delayMs)
    this.mostDelayMs = Math.max(this.mostDelayMs, delayMs)
    const days = Math.floor(delayMs / DAY_MS)
    const counts = this.#delays.get(days) ?? { frauds: 0, genuine: 0 }
    if (fraud) counts.frauds++
    else counts.genuine++
    this.#delays.set(days, counts)
  }

  #amount(amountMinor: number, line: number): void {
    if (amountMinor % 100 === 0) this.wholeAmounts++
    if (amountMinor === 0) {
      this.zeroAmounts++
      keepFirst(this.zeroLines, line)
      return
    }
    const step = Math.floor(Math.log10(amountMinor) * AMOUNT_STEPS)
    this.#amounts.set(step, (this.#amounts.get(step) ?? 0) + 1)
    const least = this.largest.at(-1)
    if (this.largest.length < LARGEST_KEPT || (least !== undefined && amountMinor > least.amountMinor)) {
      this.largest.push({ amountMinor, line })
      this.largest.sort((a, b) => b.amountMinor - a.amountMinor)
      this.largest.length = Math.min(this.largest.length, LARGEST_KEPT)
    }
  }

  days(): DayCount[] {
    return [...this.#days.values()].sort((a, b) => a.atMs - b.atMs)
  }

  /** Labels by whole days from payment to knowledge. */
  delays(): { days: number; frauds: number; genuine: number }[] {
    return [...this.#delays].map(([days, counts]) => ({ days, ...counts })).sort((a, b) => a.days - b.days)
  }

  #steps(): [step: number, rows: number][] {
    return [...this.#amounts].sort(([a], [b]) => a - b)
  }

  /** Rows by amount, in steps of a fifth of a power of ten; zeros are not among them. */
  amountBins(): { fromMinor: number; rows: number }[] {
    return this.#steps().map(([step, rows]) => ({ fromMinor: 10 ** (step / AMOUNT_STEPS), rows }))
  }

  /** The amount below which so large a share of the rows lies, to a step; minor units. */
  amountQuantile(share: number): number {
    const positive = this.rows - this.zeroAmounts
    let seen = 0
    for (const [step, count] of this.#steps()) {
      seen += count
      if (seen >= share * positive) return 10 ** ((step + 0.5) / AMOUNT_STEPS)
    }
    return 0
  }
}
