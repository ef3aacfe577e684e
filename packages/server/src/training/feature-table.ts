const BLOCK_ROWS = 65_536

/** The label of a row nobody knows the truth of. */
export const UNKNOWN_LABEL = 255

/** What is known of a row besides its features. */
export interface RowFacts {
  /** When the service saw it, UTC epoch ms. */
  readonly receivedAtMs: number
  /** Minor units of the site's currency. */
  readonly amountMinor: number
  /** 1 fraud, 0 genuine, 255 unknown. */
  readonly label: number
  /** When the label became known, UTC epoch ms; NaN when it never did. */
  readonly labelObservedAtMs: number
  /** The generator's own probability; NaN when the data have none. */
  readonly oracle: number
  readonly attack: string | null
}

/**
 * Feature rows in order of arrival, kept in blocks so that a table grows without being copied.
 * A row of 100 columns takes 0.4 KB.
 */
export class FeatureTable {
  readonly columns: readonly string[]
  readonly #blocks: Float32Array[] = []
  readonly #facts: RowFacts[] = []

  constructor(columns: readonly string[]) {
    this.columns = columns
  }

  get rows(): number {
    return this.#facts.length
  }

  /** Adds a row. `write` fills the given place, one value a column, NaN for missing. */
  add(facts: RowFacts, write: (place: Float32Array) => void): void {
    const width = this.columns.length
    const at = this.rows % BLOCK_ROWS
    if (at === 0) this.#blocks.push(new Float32Array(BLOCK_ROWS * width))
    this.#facts.push(facts)
    write(this.row(this.rows - 1))
  }

  /** The values of one row, in place. */
  row(index: number): Float32Array {
    const width = this.columns.length
    const block = this.#blocks[Math.floor(index / BLOCK_ROWS)]
    if (block === undefined) throw new RangeError(`the table has ${this.rows} rows, not ${index + 1}`)
    const from = (index % BLOCK_ROWS) * width
    return block.subarray(from, from + width)
  }

  /** What is known of one row. */
  facts(index: number): RowFacts {
    const facts = this.#facts[index]
    if (facts === undefined) throw new RangeError(`the table has ${this.rows} rows, not ${index + 1}`)
    return facts
  }

  /**
   * Copies rows, row-major.
   *
   * @param columns places of the wanted columns; default all
   */
  gather(
    rows: ArrayLike<number>,
    columns: readonly number[] = this.columns.map((_, place) => place),
  ): Float32Array {
    const out = new Float32Array(rows.length * columns.length)
    let at = 0
    for (let index = 0; index < rows.length; index++) {
      const row = this.row(rows[index] as number)
      for (const column of columns) out[at++] = row[column] as number
    }
    return out
  }

  /** Labels of the given rows, as XGBoost and the metrics take them. */
  labels(rows: ArrayLike<number>): Float32Array {
    return Float32Array.from(rows, row => this.facts(row).label)
  }

  /** Amounts of the given rows, minor units of the site's currency. */
  amountsMinor(rows: ArrayLike<number>): Float64Array {
    return Float64Array.from(rows, row => this.facts(row).amountMinor)
  }
}
