import { smoteRows } from './smote.ts'
import { countClasses, type Imbalance, syntheticRows } from './strategy.ts'

/** Rows with the truth about each. */
export interface LabelledRows {
  /** Row-major. */
  readonly values: Float32Array
  readonly columns: readonly string[]
  readonly label: Float32Array
}

/**
 * Adds synthetic frauds (see `smoteRows`) below the rows until fraud is the wanted share of them. The given rows stay
 * as they are; one fraud alone has no neighbour, so nothing is added to it.
 */
export function withSynthetic(rows: LabelledRows, share: number, seed: number): LabelledRows {
  const { values, columns, label } = rows
  const classes = countClasses(label)
  const count = syntheticRows(share, classes)
  if (count === 0 || classes.frauds < 2) return rows
  const width = columns.length
  const frauds = new Float32Array(classes.frauds * width)
  let at = 0
  for (const [row, truth] of label.entries())
    if (truth === 1) frauds.set(values.subarray(row * width, (row + 1) * width), width * at++)
  const synthetic = smoteRows({ values: frauds, columns }, count, seed)
  const all = new Float32Array(values.length + synthetic.length)
  all.set(values)
  all.set(synthetic, values.length)
  const labels = new Float32Array(label.length + count).fill(1)
  labels.set(label)
  return { values: all, columns, label: labels }
}

/** The rows as trees learn from them: with synthetic frauds if that is the treatment, else as they are. */
export function learningRows(rows: LabelledRows, imbalance: Imbalance, seed: number): LabelledRows {
  return imbalance.kind === 'smote' ? withSynthetic(rows, imbalance.share, seed) : rows
}
