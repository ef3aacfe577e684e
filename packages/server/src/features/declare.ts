import type { EntityKind } from '../events/entities.ts'
import { windowPlace } from '../history/plans.ts'
import type { WindowId } from '../history/windows.ts'
import type { Feature, FeatureContext } from './types.ts'

interface Declaration<Value> {
  readonly name: string
  readonly description: string
  readonly entity: Feature['entity']
  readonly source: Feature['source']
  readonly window?: WindowId
  /** Left out by the features of the first catalogue. */
  readonly createdAt?: string
  /** Left out by the first definition. */
  readonly version?: number
  readonly compute: (context: FeatureContext) => Value | null
}

/** The date of the first catalogue; a feature declared later says its own. */
const FIRST_CATALOGUE = '2026-11-23'

/** Declares a number; what `compute` cannot tell, or is not finite, is missing. */
export function number(unit: string, declaration: Declaration<number>): Feature {
  return complete({ ...declaration, type: 'number', unit })
}

/** Declares a yes or no. */
export function flag(declaration: Declaration<boolean>): Feature {
  return complete({ ...declaration, type: 'boolean', unit: 'yes/no' })
}

/** Declares a category with a closed vocabulary; any other value than these becomes `other`. */
export function category(values: readonly string[], declaration: Declaration<string>): Feature {
  return complete({ ...declaration, type: 'category', unit: 'category', values })
}

type Completed = 'window' | 'version' | 'createdAt'

function complete(
  feature: Omit<Feature, Completed> & Pick<Declaration<never>, 'window' | 'createdAt' | 'version'>,
): Feature {
  return { createdAt: FIRST_CATALOGUE, version: 1, ...feature, window: feature.window ?? null }
}

/** Features that came with a later catalogue, an ISO date. */
export function addedOn(createdAt: string, features: readonly Feature[]): readonly Feature[] {
  return features.map(feature => ({ ...feature, createdAt }))
}

/** Position of a window in the arrays of an entity's views. */
export function windowIndex(entity: EntityKind, id: WindowId): number {
  const place = windowPlace(entity, id)
  if (place < 0) throw new RangeError(`the history has no window ${id} of the ${ENTITY_WORDS[entity]}`)
  return place
}

/** Words for a window in descriptions. */
export function windowWords(id: WindowId): string {
  const unit = { m: 'minute', h: 'hour', d: 'day' }[id.slice(-1)] ?? ''
  const count = Number(id.slice(0, -1))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** Words for an entity in descriptions. */
export const ENTITY_WORDS: { readonly [K in EntityKind]: string } = {
  account: 'account',
  card: 'card',
  device: 'device key',
  visitor: 'visitor id',
  ip: 'IP address',
  seller: 'seller',
  bin: 'BIN',
  network: 'IP network (/24, IPv6 /48)',
  email: 'mailbox',
  phone: 'telephone number',
  address: 'shipping address',
  category: 'main category',
  asn: 'autonomous system',
  session: 'shopping session',
}
