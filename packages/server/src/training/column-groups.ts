import { featureOfColumn } from '../features/index.ts'

/** The columns of one feature among those of a table or model. */
export interface ColumnGroup {
  readonly feature: string
  /** Their places. */
  readonly places: readonly number[]
  /** The word that each column of a category stands for; null for a number or flag. */
  readonly words: readonly string[] | null
}

/** Columns grouped by the feature that they encode, in the order of the first of each. */
export function groupColumns(columns: readonly string[]): ColumnGroup[] {
  const groups = new Map<string, { places: number[]; words: string[] }>()
  for (const [place, column] of columns.entries()) {
    const feature = featureOfColumn(column)
    const group = groups.get(feature) ?? { places: [], words: [] }
    group.places.push(place)
    if (column !== feature) group.words.push(column.slice(feature.length + 1))
    groups.set(feature, group)
  }
  return [...groups].map(([feature, { places, words }]) => ({
    feature,
    places,
    words: words.length > 0 ? words : null,
  }))
}

/** The word of each row, from row-major values of a category's columns; null where it is missing. */
export function wordsOf(values: Float32Array, words: readonly string[]): (string | null)[] {
  const rows = values.length / words.length
  return Array.from({ length: rows }, (_, row) => {
    const first = row * words.length
    if (Number.isNaN(values[first])) return null
    const place = words.findIndex((_word, at) => values[first + at] === 1)
    return words[place] ?? ''
  })
}
