import type { HistoryRecord } from '../records/record.ts'
import { averagePrecision, rank } from '../training/metrics/index.ts'
import { Drift, type Phase } from './drift/drift.ts'
import { NO_DRIFT } from './drift/scenario.ts'
import type { SimulationOptions } from './simulate.ts'

/** What became of one kind of episode. */
export interface KindSummary {
  payments: number
  labelled: number
  frauds: number
  /** Refused by the shop's own rules, with the frauds that were to be expected among them. */
  blocked: number
  blockedFraudsExpected: number
}

/** Payments in figures. */
export interface Figures {
  readonly payments: number
  readonly labelled: number
  readonly declined: number
  readonly blocked: number
  readonly frauds: number
  /** Frauds among labelled payments. */
  readonly fraudRate: number
  /** Average precision of ranking labelled payments by the generator's own probability; null without fraud. */
  readonly oracleAveragePrecision: number | null
  readonly kinds: Readonly<Record<string, Readonly<KindSummary>>>
}

/** A stretch between two changes of the scenario. */
export interface PhaseSummary extends Figures {
  readonly name: string
  readonly fromDay: number
}

/** A history in figures, as a whole and by phase. */
export interface Summary extends Figures {
  readonly firstAtMs: number | null
  readonly lastAtMs: number | null
  readonly phases: readonly PhaseSummary[]
}

/** Gathers the summary while records pass. */
export class Summariser {
  readonly #whole = new Tally()
  readonly #phases: readonly { readonly phase: Phase; readonly tally: Tally }[]
  #firstAtMs: number | null = null
  #lastAtMs: number | null = null

  constructor({ startMs, scenario = NO_DRIFT }: Pick<SimulationOptions, 'startMs' | 'scenario'>) {
    this.#phases = new Drift(scenario, startMs).phases().map(phase => ({ phase, tally: new Tally() }))
  }

  add(record: HistoryRecord): void {
    this.#firstAtMs ??= record.receivedAtMs
    this.#lastAtMs = record.receivedAtMs
    this.#whole.add(record)
    this.#phases.findLast(({ phase }) => phase.fromMs <= record.receivedAtMs)?.tally.add(record)
  }

  summary(): Summary {
    return {
      ...this.#whole.figures(),
      firstAtMs: this.#firstAtMs,
      lastAtMs: this.#lastAtMs,
      phases: this.#phases.map(({ phase: { name, fromDay }, tally }) => ({
        ...{ name, fromDay },
        ...tally.figures(),
      })),
    }
  }
}

class Tally {
  readonly #kinds = new Map<string, KindSummary>()
  readonly #oracle: number[] = []
  readonly #labels: number[] = []
  #payments = 0
  #declined = 0
  #blocked = 0

  add({ attack = 'unknown', label, declinedAtMs, oracle = 0, blocked }: HistoryRecord): void {
    const kind = this.#kinds.get(attack) ?? newKind()
    this.#kinds.set(attack, kind)
    this.#payments++
    kind.payments++
    if (declinedAtMs !== null) this.#declined++
    if (blocked) {
      this.#blocked++
      kind.blocked++
      kind.blockedFraudsExpected += oracle
    }
    if (!label) return
    kind.labelled++
    if (label.fraud) kind.frauds++
    this.#labels.push(Number(label.fraud))
    this.#oracle.push(oracle)
  }

  figures(): Figures {
    const frauds = this.#labels.reduce((sum, label) => sum + label, 0)
    const labelled = this.#labels.length
    const kinds = [...this.#kinds].sort(([a], [b]) => (a < b ? -1 : 1))
    return {
      payments: this.#payments,
      labelled,
      declined: this.#declined,
      blocked: this.#blocked,
      frauds,
      fraudRate: labelled === 0 ? 0 : frauds / labelled,
      oracleAveragePrecision:
        frauds === 0 ? null : averagePrecision(rank({ scores: this.#oracle, labels: this.#labels })),
      kinds: Object.fromEntries(kinds.map(([name, kind]) => [name, tidied(kind)])),
    }
  }
}

const newKind = (): KindSummary => ({
  ...{ payments: 0, labelled: 0, frauds: 0 },
  ...{ blocked: 0, blockedFraudsExpected: 0 },
})

/** A sum of probabilities carries the noise of its additions. */
const tidied = (kind: KindSummary): KindSummary => ({
  ...kind,
  blockedFraudsExpected: Math.round(10 * kind.blockedFraudsExpected) / 10,
})
