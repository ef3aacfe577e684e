import { AtalayaError } from '../base/errors.ts'
import { CATALOGUE } from './catalogue.ts'
import type { Feature, FeatureRow } from './types.ts'

/** What a category's value outside the vocabulary is encoded as. */
export const OTHER = 'other'

/** The columns of one feature: its name, or one a word of the vocabulary and `other`. */
function columnsOf(feature: Feature): readonly string[] {
  if (feature.type !== 'category') return [feature.name]
  const words = (feature.values ?? []).filter(value => value !== OTHER)
  return [...words, OTHER].map(value => `${feature.name}=${value}`)
}

/** Every column that the catalogue can fill, in its order. A model names the ones it uses. */
export const COLUMNS: readonly string[] = CATALOGUE.flatMap(columnsOf)

const FEATURE_OF: ReadonlyMap<string, Feature> = new Map(
  CATALOGUE.flatMap(feature => columnsOf(feature).map(column => [column, feature] as const)),
)

/**
 * Name of the feature that a column encodes.
 * @throws AtalayaError `unknown_column`
 */
export function featureOfColumn(column: string): string {
  return featureOf(column).name
}

function featureOf(column: string): Feature {
  const feature = FEATURE_OF.get(column)
  if (feature === undefined) {
    throw new AtalayaError(
      'unknown_column',
      `the feature catalogue has no column "${column}"`,
      'Train the model again with this version, or run the version that trained it.',
    )
  }
  return feature
}

/** Turns a row into a model's input. */
export type RowEncoder = (row: FeatureRow) => Float32Array

/**
 * Makes an encoder for a model's columns; their places are looked up once.
 * Numbers stand as they are, booleans are 0 or 1, a category is 1 in its own column and 0 in its others, and what is
 * missing is `NaN` in all columns of its feature.
 *
 * @throws AtalayaError `unknown_column` naming the first column that the catalogue does not have
 */
export function encoder(columns: readonly string[]): RowEncoder {
  const scalars: { name: string; at: number }[] = []
  const categories = new Map<string, { places: number[]; byValue: Map<string, number> }>()
  for (const [at, column] of columns.entries()) {
    const feature = featureOf(column)
    if (feature.type !== 'category') {
      scalars.push({ name: feature.name, at })
      continue
    }
    const category = categories.get(feature.name) ?? { places: [], byValue: new Map<string, number>() }
    category.places.push(at)
    category.byValue.set(column.slice(feature.name.length + 1), at)
    categories.set(feature.name, category)
  }
  const vocabularies = new Map(CATALOGUE.map(feature => [feature.name, new Set(feature.values ?? [])]))
  const groups = [...categories].map(([name, group]) => ({ name, ...group, known: vocabularies.get(name) }))

  return row => {
    const encoded = new Float32Array(columns.length)
    for (const { name, at } of scalars) {
      const value = row[name]
      encoded[at] =
        typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN
    }
    for (const { name, places, byValue, known } of groups) {
      const value = row[name]
      if (typeof value !== 'string') {
        for (const at of places) encoded[at] = Number.NaN
        continue
      }
      const at = byValue.get(known?.has(value) ? value : OTHER)
      if (at !== undefined) encoded[at] = 1
    }
    return encoded
  }
}

/** Encodes one row; {@link encoder} is the faster way for many. @throws AtalayaError `unknown_column` */
export function encodeRow(row: FeatureRow, columns: readonly string[]): Float32Array {
  return encoder(columns)(row)
}
