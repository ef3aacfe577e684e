/** Rows for the engine's tests. */
export interface Orders {
  readonly values: Float32Array
  readonly columns: readonly string[]
  readonly label: Float32Array
  /** One row's values. */
  readonly row: (index: number) => Float32Array
}

const WIDTH = 12

/**
 * Seeded rows that a tree model can learn from: normal, heavy-tailed and count columns, an interaction, and columns
 * whose absence tells something.
 */
export function orders(rows: number, seed: number): Orders {
  const random = mulberry32(seed)
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const values = new Float32Array(rows * WIDTH)
  const label = new Float32Array(rows)
  for (let row = 0; row < rows; row++) {
    let logOdds = -2.5
    for (let column = 0; column < WIDTH; column++) {
      const z = normal()
      const isMissing = column % 3 === 1 && random() < 0.25
      const value = column % 4 === 0 ? Math.floor(2 * Math.exp(z)) : z
      values[row * WIDTH + column] = isMissing ? Number.NaN : value
      logOdds += isMissing ? 0.6 : z * (column % 2 === 0 ? 0.4 : -0.3)
    }
    if ((values[row * WIDTH] ?? 0) > 3 && (values[row * WIDTH + 2] ?? 0) > 0) logOdds += 2
    label[row] = random() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0
  }
  const columns = Array.from({ length: WIDTH }, (_, index) => `feature_${index}`)
  return { values, columns, label, row: index => values.subarray(index * WIDTH, (index + 1) * WIDTH) }
}

/** A small seeded generator (T. Ettinger's mulberry32), uniform on [0, 1). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
