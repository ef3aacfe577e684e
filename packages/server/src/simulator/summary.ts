import type { HistoryRecord } from '../records/record.ts'
import { averagePrecision, rank } from '../training/metrics/index.ts'

/** What became of one kind of episode. */
export interface KindSummary {
  payments: number
  labelled: number
  frauds: number
}

/** A history in figures. */
export interface Summary {
  readonly payments: number
  readonly labelled: number
  readonly declined: number
  readonly frauds: number
  /** Frauds among labelled payments. */
  readonly fraudRate: number
  /** Average precision of ranking labelled payments by the generator's own probability; null without fraud. */
  readonly oracleAveragePrecision: number | null
  readonly firstAtMs: number | null
  readonly lastAtMs: number | null
  readonly kinds: Readonly<Record<string, Readonly<KindSummary>>>
}

/** Gathers the summary while records pass. */
export class Summariser {
  readonly #kinds = new Map<string, KindSummary>()
  readonly #oracle: number[] = []
  readonly #labels: number[] = []
  #payments = 0
  #declined = 0
  #firstAtMs: number | null = null
  #lastAtMs: number | null = null

  add(record: HistoryRecord): void {
    const name = record.attack ?? 'unknown'
    const kind = this.#kinds.get(name) ?? { payments: 0, labelled: 0, frauds: 0 }
    this.#kinds.set(name, kind)
    this.#payments++
    kind.payments++
    if (record.declinedAtMs !== null) this.#declined++
    this.#firstAtMs ??= record.receivedAtMs
    this.#lastAtMs = record.receivedAtMs
    if (!record.label) return
    kind.labelled++
    if (record.label.fraud) kind.frauds++
    this.#labels.push(Number(record.label.fraud))
    this.#oracle.push(record.oracle ?? 0)
  }

  summary(): Summary {
    const frauds = this.#labels.reduce((sum, label) => sum + label, 0)
    const labelled = this.#labels.length
    return {
      payments: this.#payments,
      labelled,
      declined: this.#declined,
      frauds,
      fraudRate: labelled === 0 ? 0 : frauds / labelled,
      oracleAveragePrecision:
        frauds === 0 ? null : averagePrecision(rank({ scores: this.#oracle, labels: this.#labels })),
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
      kinds: Object.fromEntries([...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
}
