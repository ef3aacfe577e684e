import type { DatabaseSync } from 'node:sqlite'
import type { Envelope } from '../../decide/types.ts'
import { CATALOGUE, CATALOGUE_VERSION, type FeatureRow, type FeatureValue } from '../../features/index.ts'
import type { DecisionCommit, StoredDecision } from '../types.ts'

/**
 * Three hundred names a decision would be most of what is stored. So a decision holds the values in the order of its
 * catalogue, whose version its envelope names, and the names stand once for each version in `feature_lists`.
 */

/** Names of a catalogue's features as JSON, by its version. */
export interface FeatureList {
  readonly version: string
  readonly names: string
}

/** The catalogue of this build, for the writer to keep. */
export const FEATURE_LIST: FeatureList = {
  version: CATALOGUE_VERSION,
  names: JSON.stringify(CATALOGUE.map(({ name }) => name)),
}

/** The text of a decision. Features of another catalogue than this build's keep their names. */
export function decisionText(decision: DecisionCommit['stored']['decision'], { versions }: Envelope): string {
  if ('values' in decision) {
    const { values, ...rest } = decision
    return JSON.stringify({ ...rest, features: values })
  }
  if (versions.features !== CATALOGUE_VERSION) return JSON.stringify(decision)
  const values = CATALOGUE.map(({ name }) => decision.features[name] ?? null)
  return JSON.stringify({ ...decision, features: values })
}

/** Makes a reader of such texts; each version's names are read once. */
export function decisionReader(database: DatabaseSync) {
  const list = database.prepare('SELECT names FROM feature_lists WHERE version = ?')
  const known = new Map<string, readonly string[]>()
  const namesOf = (version: string): readonly string[] => {
    const names = known.get(version) ?? (JSON.parse(String(list.get(version)?.['names'])) as string[])
    known.set(version, names)
    return names
  }
  return (text: string, { versions }: Envelope): StoredDecision['decision'] => {
    const decision = JSON.parse(text) as StoredDecision['decision'] & {
      readonly features: FeatureRow | readonly FeatureValue[]
    }
    if (!Array.isArray(decision.features)) return decision
    const values: readonly FeatureValue[] = decision.features
    return {
      ...decision,
      features: Object.fromEntries(
        namesOf(versions.features).map((name, place) => [name, values[place] ?? null]),
      ),
    }
  }
}
