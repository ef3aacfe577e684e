import { AtalayaError } from '../base/errors.ts'
import { CATALOGUE } from './catalogue.ts'
import type { Feature, FeatureRow, FeatureValue, FeatureValues } from './types.ts'

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
/** The same for values without names. */
export type ValuesEncoder = (values: FeatureValues) => Float32Array

/**
 * Makes an encoder for a model's columns; their places are looked up once.
 * Numbers stand as they are, booleans are 0 or 1, a category is 1 in its own column and 0 in its others, and what is
 * missing is `NaN` in all columns of its feature.
 *
 * @throws AtalayaError `unknown_column` naming the first column that the catalogue does not have
 */
export function encoder(columns: readonly string[]): RowEncoder {
  const encode = encoderBy(columns, feature => feature.name)
  return row => encode(row)
}

/** Makes an encoder of values at the places of the catalogue. @throws AtalayaError `unknown_column` */
export function valuesEncoder(columns: readonly string[]): ValuesEncoder {
  const places = new Map(CATALOGUE.map((feature, place) => [feature, place]))
  const encode = encoderBy(columns, feature => places.get(feature) ?? -1)
  return values => encode(values)
}

/** @param keyOf what a feature's value is found by */
function encoderBy<Key extends string | number>(
  columns: readonly string[],
  keyOf: (feature: Feature) => Key,
) {
  const scalars: { key: Key; at: number }[] = []
  const categories = new Map<Feature, { places: number[]; byValue: Map<string, number> }>()
  for (const [at, column] of columns.entries()) {
    const feature = featureOf(column)
    if (feature.type !== 'category') {
      scalars.push({ key: keyOf(feature), at })
      continue
    }
    const category = categories.get(feature) ?? { places: [], byValue: new Map<string, number>() }
    category.places.push(at)
    category.byValue.set(column.slice(feature.name.length + 1), at)
    categories.set(feature, category)
  }
  const groups = [...categories].map(([feature, { places, byValue }]) => {
    const known = new Set(feature.values ?? [])
    // A word of the vocabulary without a column of its own is not "other".
    const words = new Map([...known].map(word => [word, byValue.get(word)]))
    return { key: keyOf(feature), places, words, other: byValue.get(OTHER) }
  })

  return (row: FeatureRow | FeatureValues) => {
    const values = row as { readonly [K in Key]?: FeatureValue }
    const encoded = new Float32Array(columns.length)
    for (const { key, at } of scalars) {
      const value = values[key]
      encoded[at] =
        typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN
    }
    for (const { key, places, words, other } of groups) {
      const value = values[key]
      if (typeof value !== 'string') {
        for (const at of places) encoded[at] = Number.NaN
        continue
      }
      const at = words.has(value) ? words.get(value) : other
      if (at !== undefined) encoded[at] = 1
    }
    return encoded
  }
}

/** Encodes one row; {@link encoder} is the faster way for many. @throws AtalayaError `unknown_column` */
export function encodeRow(row: FeatureRow, columns: readonly string[]): Float32Array {
  return encoder(columns)(row)
}
