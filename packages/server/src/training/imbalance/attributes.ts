import { CATALOGUE, featureOfColumn } from '../../features/index.ts'

/** A yes/no (one column) or a category (one column a word, of which one is 1). */
export interface Nominal {
  readonly places: readonly number[]
  readonly isCategory: boolean
}

/** The columns of a table as what they stand for: places of numbers, and nominal attributes. */
export interface Attributes {
  readonly numbers: readonly number[]
  readonly nominals: readonly Nominal[]
}

const TYPES = new Map(CATALOGUE.map(({ name, type }) => [name, type]))

/**
 * Reads from the catalogue which columns are numbers and which belong to one yes/no or category. A category may lack
 * some of its columns, as those that never vary are not learnt from.
 *
 * @throws AtalayaError `unknown_column`
 */
export function attributesOf(columns: readonly string[]): Attributes {
  const numbers: number[] = []
  const nominals: Nominal[] = []
  const categories = new Map<string, number[]>()
  for (const [place, column] of columns.entries()) {
    const feature = featureOfColumn(column)
    const type = TYPES.get(feature)
    if (type === 'number') numbers.push(place)
    else if (type === 'boolean') nominals.push({ places: [place], isCategory: false })
    else {
      const places = categories.get(feature)
      if (places) places.push(place)
      else {
        const first = [place]
        categories.set(feature, first)
        nominals.push({ places: first, isCategory: true })
      }
    }
  }
  return { numbers, nominals }
}

/** Code of a missing nominal value. */
export const MISSING = 255

/** Value of a nominal attribute in a row: 0 or 1, or the number of its word; one more than the last if it is none. */
export function nominalCode({ places, isCategory }: Nominal, row: Float32Array): number {
  const first = row[places[0] as number] as number
  if (Number.isNaN(first)) return MISSING
  if (!isCategory) return first
  const word = places.findIndex(place => row[place] === 1)
  return word < 0 ? places.length : word
}

/** Writes what {@link nominalCode} reads. */
export function writeNominal({ places, isCategory }: Nominal, code: number, row: Float32Array): void {
  for (const [word, place] of places.entries())
    row[place] = code === MISSING ? Number.NaN : isCategory ? Number(word === code) : code
}
