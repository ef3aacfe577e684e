import {
  type Distribution,
  describeNumbers,
  distributeNumbers,
  distributeWords,
  populationStability,
} from '../model/distribution.ts'
import type { Manifest } from '../registry/index.ts'
import { groupColumns, wordsOf } from './column-groups.ts'
import type { FeatureTable } from './feature-table.ts'

/** What was seen while a model was made, for comparison later. */
export type Distributions = NonNullable<Manifest['distributions']>

/** How far one feature moved. */
export interface FeatureDrift {
  readonly feature: string
  /** Population stability index. */
  readonly psi: number
  /** Share without a value, then and now. */
  readonly missingBefore: number
  readonly missingAfter: number
}

/** How far orders moved from those that a model was made on; features by falling PSI. */
export interface Drift {
  readonly features: readonly FeatureDrift[]
  readonly score: { readonly psi: number; readonly before: Distribution; readonly after: Distribution }
}

/** From this PSI on a feature has moved much; from the smaller one on, somewhat. */
export const PSI_MUCH = 0.25
export const PSI_SOME = 0.1

/**
 * Describes the rows that a model was fitted on, and the scores of rows that it was not fitted on (it knows its own
 * training rows too well).
 *
 * @param columns the model's
 */
export function describeRows(
  table: FeatureTable,
  columns: readonly string[],
  fitted: Uint32Array,
  laterMargins: Float32Array,
): Distributions {
  return {
    features: groupColumns(columns).map(group => {
      const values = gather(table, columns, group.places, fitted)
      const { feature, words } = group
      return {
        feature,
        distribution:
          words === null ? describeNumbers(values) : distributeWords(wordsOf(values, words), words),
      }
    }),
    score: describeNumbers(laterMargins),
  }
}

/** Compares rows with what was seen when the model was made. */
export function measureDrift(
  { features, score }: Distributions,
  table: FeatureTable,
  columns: readonly string[],
  rows: Uint32Array,
  margins: ArrayLike<number>,
): Drift {
  const known = new Map(features.map(({ feature, distribution }) => [feature, distribution]))
  const drifts = groupColumns(columns).flatMap(({ feature, places }): FeatureDrift[] => {
    const before = known.get(feature)
    if (before === undefined) return []
    const values = gather(table, columns, places, rows)
    const after =
      before.kind === 'number'
        ? distributeNumbers(values, before.edges)
        : distributeWords(wordsOf(values, before.values), before.values)
    return [
      {
        feature,
        psi: populationStability(before, after),
        missingBefore: before.missing,
        missingAfter: after.missing,
      },
    ]
  })
  const after = score.kind === 'number' ? distributeNumbers(margins, score.edges) : score
  return {
    features: drifts.sort((a, b) => b.psi - a.psi || (a.feature < b.feature ? -1 : 1)),
    score: { psi: populationStability(score, after), before: score, after },
  }
}

function gather(
  table: FeatureTable,
  columns: readonly string[],
  places: readonly number[],
  rows: Uint32Array,
): Float32Array {
  return table.gather(
    rows,
    places.map(place => table.columns.indexOf(columns[place] as string)),
  )
}
