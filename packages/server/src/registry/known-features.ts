import { CATALOGUE, COLUMNS } from '../features/index.ts'
import type { Manifest } from './manifest.ts'

/**
 * What a model needs and this build does not compute: features of another version, and columns. A feature that was
 * defined anew has another version, and the model must not be given it.
 */
export function unknownFeatures({ columns, features }: Pick<Manifest, 'columns' | 'features'>): string[] {
  const known = new Map(CATALOGUE.map(feature => [feature.name, feature.version]))
  return [
    ...features
      .filter(feature => known.get(feature.name) !== feature.version)
      .map(feature => `${feature.name} (version ${feature.version})`),
    ...columns.filter(column => !COLUMNS.includes(column)),
  ]
}
