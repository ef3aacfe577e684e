import type { SQLOutputValue } from 'node:sqlite'
import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../../events/entities.ts'

/** Columns of `arrivals` that name the entities, one a kind and of its name. */
export const KEY_COLUMNS = ENTITY_KINDS.join(', ')
export const KEY_PLACES = ENTITY_KINDS.map(() => '?').join(', ')

/** The entities as values of {@link KEY_COLUMNS}. */
export function keyValues(keys: EntityKeys): (string | null)[] {
  return ENTITY_KINDS.map(kind => keys[kind] ?? null)
}

/** The entities in a row, which has {@link KEY_COLUMNS} from a place on. */
export function toKeys(row: readonly SQLOutputValue[], from: number): EntityKeys {
  const keys: { [K in EntityKind]?: string } = {}
  for (let i = 0; i < ENTITY_KINDS.length; i++) {
    const kind = ENTITY_KINDS[i]
    const key = row[i + from]
    if (kind !== undefined && typeof key === 'string') keys[kind] = key
  }
  return keys
}
