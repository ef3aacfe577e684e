import type { FeatureTable } from './feature-table.ts'

/** Rows that were judged, one entry a row. */
export interface Judged {
  /** Log-odds: the ranking. */
  readonly margins: ArrayLike<number>
  /** Calibrated. */
  readonly probabilities: ArrayLike<number>
  readonly labels: ArrayLike<number>
  /** Minor units of the site's currency. */
  readonly amountsMinor: ArrayLike<number>
  /** UTC epoch ms. */
  readonly receivedAtMs: ArrayLike<number>
  /** The generator's own probabilities; null when the data have none. */
  readonly oracle: ArrayLike<number> | null
  /** The generator's names of what each order was part of; null when the data have none. */
  readonly attacks: readonly string[] | null
}

/** What is known of rows of a table, beside what a model says of them. */
export function judgedRows(
  table: FeatureTable,
  rows: Uint32Array,
  scores: Pick<Judged, 'margins' | 'probabilities'>,
): Judged {
  const facts = Array.from(rows, row => table.facts(row))
  const oracle = Float64Array.from(facts, fact => fact.oracle)
  const attacks = facts.map(({ attack }) => attack).filter(attack => attack !== null)
  return {
    ...scores,
    labels: table.labels(rows),
    amountsMinor: table.amountsMinor(rows),
    receivedAtMs: Float64Array.from(facts, fact => fact.receivedAtMs),
    oracle: oracle.some(Number.isNaN) ? null : oracle,
    attacks: attacks.length === rows.length ? attacks : null,
  }
}
