import { type ColumnGroup, wordsOf } from './column-groups.ts'
import { averagePrecision, rank } from './metrics/index.ts'

/** A feature that alone ranks nearly as well as the model is more likely a leak than a discovery. */
const LEAKAGE_SHARE = 0.9

/** Rows with a way to read some of their columns, row-major. */
export interface LeakageRows {
  readonly labels: ArrayLike<number>
  valuesOf(places: readonly number[]): Float32Array
}

/**
 * The leakage alarm: features whose own value ranks the rows nearly as well as the model does. A number may rise or
 * fall with the risk, and having none may be the sign of it; a category is ranked by the share of frauds that each of
 * its words had among the rows that the model learnt from. The pre-score is a model itself and is left out.
 *
 * @param groups the features to look at
 */
export function leakingFeatures(
  groups: readonly ColumnGroup[],
  learnt: LeakageRows,
  judged: LeakageRows,
  modelAveragePrecision: number,
): string[] {
  const limit = LEAKAGE_SHARE * modelAveragePrecision
  return groups
    .filter(({ feature }) => feature !== 'trans_risk_score')
    .filter(group =>
      rankings(group, learnt, judged).some(
        scores => averagePrecision(rank({ scores, labels: judged.labels })) >= limit,
      ),
    )
    .map(({ feature }) => feature)
}

/** Scores that the feature alone could give. */
function rankings(
  { places, words }: ColumnGroup,
  learnt: LeakageRows,
  judged: LeakageRows,
): ArrayLike<number>[] {
  const values = judged.valuesOf(places)
  if (words !== null) {
    const rates = fraudRates(wordsOf(learnt.valuesOf(places), words), learnt.labels)
    return [wordsOf(values, words).map(word => rates.get(word) ?? 0)]
  }
  const some = values.some(Number.isNaN)
  return [1, -1].flatMap(sign =>
    (some ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : [0]).map(missing =>
      values.map(value => (Number.isNaN(value) ? missing : sign * value)),
    ),
  )
}

function fraudRates(
  words: readonly (string | null)[],
  labels: ArrayLike<number>,
): ReadonlyMap<string | null, number> {
  const counts = new Map<string | null, { rows: number; frauds: number }>()
  for (const [row, word] of words.entries()) {
    const count = counts.get(word) ?? { rows: 0, frauds: 0 }
    count.rows++
    count.frauds += labels[row] as number
    counts.set(word, count)
  }
  return new Map([...counts].map(([word, { rows, frauds }]) => [word, frauds / rows]))
}
