import type { EntityKind } from '../events/entities.ts'
import type { WindowId } from '../history/windows.ts'
import { ENTITY_WORDS, number, windowIndex, windowWords } from './declare.ts'
import type { Feature } from './types.ts'

/** What is counted, for whom, over which windows. */
const LINKS: readonly [linked: EntityKind, entity: EntityKind, windows: readonly WindowId[]][] = [
  ['card', 'account', ['24h', '30d']],
  ['device', 'account', ['30d']],
  ['ip', 'account', ['24h']],
  ['account', 'card', ['30d']],
  ['device', 'card', ['30d']],
  ['account', 'device', ['24h', '30d']],
  ['card', 'device', ['24h', '30d']],
  ['account', 'visitor', ['30d']],
  ['card', 'visitor', ['24h']],
  ['account', 'ip', ['24h']],
  ['card', 'ip', ['1h', '24h']],
  ['account', 'seller', ['24h']],
]

const plural = (kind: EntityKind) => (kind === 'ip' ? 'IP addresses' : `${ENTITY_WORDS[kind]}s`)

export const SHARING_FEATURES: readonly Feature[] = LINKS.flatMap(([linked, entity, windows]) =>
  windows.map(window => {
    const index = windowIndex(entity, window)
    return number('count', {
      name: `${linked}s_per_${entity}_${window}`,
      description: `Different ${plural(linked)} in past payments of the ${ENTITY_WORDS[entity]} in the last ${windowWords(window)}`,
      entity,
      window,
      source: 'history',
      compute: ({ history }) => history[entity]?.distinct[linked]?.[index] ?? null,
    })
  }),
)
