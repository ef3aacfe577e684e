import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { averagePrecision, rank } from './metrics/index.ts'

/** What a column is worth to a model. */
export interface ColumnImportance {
  readonly column: string
  /** Share of the loss reduction of all splits. */
  readonly gain: number
  /** Mean absolute SHAP value over sample rows, log-odds. */
  readonly meanAbsShap: number
}

const Model = Compile(
  Type.Object({
    learner: Type.Object({
      gradient_booster: Type.Object({
        model: Type.Object({
          trees: Type.Array(
            Type.Object({
              left_children: Type.Array(Type.Integer()),
              split_indices: Type.Array(Type.Integer()),
              loss_changes: Type.Array(Type.Number()),
            }),
          ),
        }),
      }),
    }),
  }),
)

/**
 * Importance of every column, the most important first.
 *
 * @param model XGBoost JSON
 * @param contributions SHAP values row-major with the bias as last value of a row, as XGBoost gives them
 */
export function columnImportance(
  model: Uint8Array,
  columns: readonly string[],
  contributions: Float32Array,
): ColumnImportance[] {
  const gains = totalGain(model, columns.length)
  const allGain = gains.reduce((sum, gain) => sum + gain, 0) || 1
  const width = columns.length + 1
  const rows = contributions.length / width
  const shap = new Float64Array(columns.length)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns.length; column++)
      shap[column] = (shap[column] as number) + Math.abs(contributions[row * width + column] as number) / rows
  return columns
    .map((column, index) => ({
      column,
      gain: (gains[index] as number) / allGain,
      meanAbsShap: shap[index] as number,
    }))
    .sort((a, b) => b.meanAbsShap - a.meanAbsShap || b.gain - a.gain || (a.column < b.column ? -1 : 1))
}

function totalGain(model: Uint8Array, columns: number): Float64Array {
  const gains = new Float64Array(columns)
  const { learner } = Model.Parse(JSON.parse(new TextDecoder().decode(model)))
  for (const tree of learner.gradient_booster.model.trees)
    for (const [node, left] of tree.left_children.entries()) {
      const column = tree.split_indices[node]
      if (left === -1 || column === undefined) continue
      gains[column] = (gains[column] as number) + (tree.loss_changes[node] ?? 0)
    }
  return gains
}

/** A column alone that ranks nearly as well as the model is more likely a leak than a discovery. */
const LEAKAGE_SHARE = 0.9

/** Columns looked at: a leak is among the most important ones. */
const LEAKAGE_COLUMNS = 20

/**
 * The leakage alarm: columns whose own value, rising or falling, ranks the rows nearly as well as the model does.
 * The pre-score is a model itself and is left out.
 *
 * @param valuesOf values of a column for the rows of `labels`
 */
export function leakingColumns(
  importance: readonly ColumnImportance[],
  valuesOf: (column: string) => Float32Array,
  labels: ArrayLike<number>,
  modelAveragePrecision: number,
): string[] {
  const limit = LEAKAGE_SHARE * modelAveragePrecision
  return importance
    .slice(0, LEAKAGE_COLUMNS)
    .map(({ column }) => column)
    .filter(column => column !== 'trans_risk_score')
    .filter(column => {
      const values = valuesOf(column)
      return [1, -1].some(sign => {
        const scores = values.map(value => (Number.isNaN(value) ? Number.NEGATIVE_INFINITY : sign * value))
        return averagePrecision(rank({ scores, labels })) >= limit
      })
    })
}
