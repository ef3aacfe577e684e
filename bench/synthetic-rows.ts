/** Columns of the rows that models and training are measured on. */
export const columns: readonly string[] = Array.from({ length: 60 }, (_, column) => `column_${column}`)

/** A linear congruential generator with the constants of Numerical Recipes: the same rows in every run. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Rows with a tenth of the values missing and a label that depends on some columns, so that trees grow full. */
export function makeRows(rows: number): { values: Float32Array; label: Float32Array } {
  const random = generator(7)
  const values = Float32Array.from({ length: rows * columns.length }, () =>
    random() < 0.1 ? Number.NaN : random(),
  )
  const label = Float32Array.from({ length: rows }, (_, row) => {
    const at = (column: number) => values[row * columns.length + column] || 0.5
    const logit = 6 * at(0) * at(1) + 4 * Math.sin(9 * at(2)) + 3 * at(3) - 6 + 2 * random()
    return logit > 0 ? 1 : 0
  })
  return { values, label }
}
