import type { EntityKind } from '../events/entities.ts'
import type { WindowId } from '../history/windows.ts'
import { addedOn, ENTITY_WORDS, number, windowIndex, windowWords } from './declare.ts'
import type { Feature } from './types.ts'

/** What is counted, for whom, over which windows. */
type Links = readonly (readonly [linked: EntityKind, entity: EntityKind, windows: readonly WindowId[]])[]
const FIRST: Links = [
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
/** Many cards of one BIN within minutes are numbers that somebody guesses. */
const SECOND: Links = [
  ['address', 'account', ['30d']],
  ['card', 'seller', ['24h']],
  ['card', 'bin', ['10m', '1h', '24h']],
  ['account', 'bin', ['1h']],
  ['account', 'network', ['1h', '24h']],
  ['card', 'network', ['1h', '24h']],
  ['account', 'email', ['30d']],
  ['card', 'email', ['30d']],
  ['account', 'phone', ['30d']],
  ['card', 'phone', ['30d']],
  ['account', 'address', ['30d']],
  ['card', 'address', ['30d']],
  ['account', 'session', ['24h']],
  ['card', 'session', ['24h']],
  ['device', 'session', ['24h']],
]

const plural = (kind: EntityKind) =>
  `${ENTITY_WORDS[kind]}${ENTITY_WORDS[kind].endsWith('address') ? 'es' : 's'}`

const counts = (links: Links): readonly Feature[] =>
  links.flatMap(([linked, entity, windows]) =>
    windows.map(window => {
      const index = windowIndex(entity, window)
      return number('count', {
        name: `${linked}${linked === 'address' ? 'es' : 's'}_per_${entity}_${window}`,
        description: `Different ${plural(linked)} in past payments of the ${ENTITY_WORDS[entity]} in the last ${windowWords(window)}`,
        entity,
        window,
        source: 'history',
        compute: ({ history }) => history[entity]?.distinct[linked]?.[index] ?? null,
      })
    }),
  )

export const SHARING_FEATURES: readonly Feature[] = [
  ...counts(FIRST),
  ...addedOn('2026-11-24', counts(SECOND)),
]
