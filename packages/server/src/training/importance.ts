import Type from 'typebox'
import { Compile } from 'typebox/compile'
import type { ColumnGroup } from './column-groups.ts'
import type { PermutationLoss } from './permutation.ts'

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

/** What a feature is worth to a model, all of its columns together. */
export interface FeatureImportance extends PermutationLoss {
  /** Share of the loss reduction of all splits. */
  readonly gain: number
  /** Mean absolute sum of its columns' SHAP values, log-odds. */
  readonly meanAbsShap: number
}

/**
 * The three importances of every feature that the model asks, the most important by SHAP first.
 *
 * @param model XGBoost JSON
 * @param contributions as for {@link columnImportance}; SHAP values of columns add up to their feature's
 */
export function featureImportance(
  model: Uint8Array,
  columns: readonly string[],
  groups: readonly ColumnGroup[],
  contributions: Float32Array,
  permutation: readonly PermutationLoss[],
): FeatureImportance[] {
  const gains = totalGain(model, columns.length)
  const allGain = gains.reduce((sum, gain) => sum + gain, 0) || 1
  const width = columns.length + 1
  const rows = contributions.length / width
  const lossOf = new Map(permutation.map(loss => [loss.feature, loss]))
  return groups
    .flatMap(({ feature, places }) => {
      const loss = lossOf.get(feature)
      if (loss === undefined) return []
      const sum = (of: (place: number) => number) => places.reduce((total, place) => total + of(place), 0)
      let shap = 0
      for (let row = 0; row < rows; row++)
        shap += Math.abs(sum(place => contributions[row * width + place] as number)) / rows
      return [{ ...loss, gain: sum(place => gains[place] as number) / allGain, meanAbsShap: shap }]
    })
    .sort((a, b) => b.meanAbsShap - a.meanAbsShap || b.gain - a.gain || (a.feature < b.feature ? -1 : 1))
}
