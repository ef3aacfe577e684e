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

/** A full block: columns that have one value throughout it are kept as that value alone. */
interface PackedBlock {
  /** Per column its place in `values`, -1 if it is constant. */
  readonly places: Int32Array
  readonly constants: Float32Array
  /** Row-major, the varying columns only. */
  readonly values: Float32Array
  readonly width: number
}

/**
 * Feature rows in order of arrival. Rows are kept in blocks, so that a table grows without being copied, and columns
 * that a file has nothing for (the session's, say, of card payments) take no room: half a kilobyte a row at most.
 */
export class FeatureTable {
  readonly columns: readonly string[]
  readonly #packed: PackedBlock[] = []
  readonly #facts: RowFacts[] = []
  #open: Float32Array

  constructor(columns: readonly string[]) {
    this.columns = columns
    this.#open = new Float32Array(BLOCK_ROWS * columns.length)
  }

  get rows(): number {
    return this.#facts.length
  }

  /** Adds a row: one value a column, NaN for missing. */
  add(facts: RowFacts, values: Float32Array): void {
    const width = this.columns.length
    this.#open.set(values, (this.rows % BLOCK_ROWS) * width)
    this.#facts.push(facts)
    if (this.rows % BLOCK_ROWS === 0) this.#packed.push(pack(this.#open, width))
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
    const width = this.columns.length
    let at = 0
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index] as number
      const block = this.#packed[Math.floor(row / BLOCK_ROWS)]
      const inBlock = row % BLOCK_ROWS
      for (const column of columns) {
        if (block === undefined) out[at++] = this.#open[inBlock * width + column] as number
        else {
          const place = block.places[column] as number
          out[at++] =
            place < 0
              ? (block.constants[column] as number)
              : (block.values[inBlock * block.width + place] as number)
        }
      }
    }
    return out
  }

  /** Labels of the given rows, as XGBoost and the metrics take them. */
  labels(rows: Uint32Array): Float32Array {
    return Float32Array.from(rows, row => this.facts(row).label)
  }

  /** Times of arrival from one row to another, both included; labelled or not. */
  arrivalsBetween(first: number, last: number): Float64Array {
    return Float64Array.from({ length: last - first + 1 }, (_, at) => this.facts(first + at).receivedAtMs)
  }

  /** Amounts of the given rows, minor units of the site's currency. */
  amountsMinor(rows: Uint32Array): Float64Array {
    return Float64Array.from(rows, row => this.facts(row).amountMinor)
  }
}

function pack(block: Float32Array, width: number): PackedBlock {
  const constants = block.slice(0, width)
  const places = new Int32Array(width).fill(-1)
  for (let at = width; at < block.length; at++) {
    const column = at % width
    if (places[column] === -1 && !Object.is(block[at], constants[column])) places[column] = 0
  }
  const varying = Array.from(places.keys()).filter(column => places[column] === 0)
  for (const [place, column] of varying.entries()) places[column] = place
  const values = new Float32Array(BLOCK_ROWS * varying.length)
  let at = 0
  for (let row = 0; row < BLOCK_ROWS; row++)
    for (const column of varying) values[at++] = block[row * width + column] as number
  return { places, constants, values, width: varying.length }
}
