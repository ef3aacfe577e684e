import type { BatchScore } from './onnx/scorer.ts'

/**
 * What each column of a row is worth to a model whose inside is unknown: the log-odds of the row less those of the
 * same row with that one column set to its reference value. Unlike SHAP values they do not add up to the score, and
 * of two columns that say the same each may look worthless; the signs and the order are what they are good for.
 *
 * @param reference a usual value for each column, NaN for missing
 */
export async function ablation(
  scorer: { scoreBatch(values: Float32Array, rows: number): Promise<BatchScore> },
  row: Float32Array,
  reference: Float32Array,
): Promise<Float64Array> {
  const changed = Array.from(row.keys()).filter(column => !Object.is(row[column], reference[column]))
  const values = new Float32Array((changed.length + 1) * row.length)
  values.set(row)
  for (const [index, column] of changed.entries()) {
    const at = (index + 1) * row.length
    values.set(row, at)
    values[at + column] = reference[column] ?? Number.NaN
  }
  const { margins } = await scorer.scoreBatch(values, changed.length + 1)
  const contributions = new Float64Array(row.length)
  for (const [index, column] of changed.entries())
    contributions[column] = (margins[0] ?? 0) - (margins[index + 1] ?? 0)
  return contributions
}
