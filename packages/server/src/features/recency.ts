import type { EntityKind } from '../events/entities.ts'
import { addedOn, ENTITY_WORDS, flag, number } from './declare.ts'
import type { Feature, FeatureContext } from './types.ts'

const DAY_MS = 86_400_000

/** Seconds from the entity's last payment to this order; an order dated back to before it counts as at once. */
export function secondsSinceLast({ event, history }: FeatureContext, entity: EntityKind): number | null {
  const lastSeenMs = history[entity]?.lastSeenMs ?? null
  return lastSeenMs === null ? null : Math.max(0, event.atMs - lastSeenMs) / 1000
}

const sinceLast = (name: string, entity: EntityKind) =>
  number('s', {
    name,
    description: `Time since the last payment of the ${ENTITY_WORDS[entity]}; missing at its first`,
    entity,
    source: 'history',
    compute: context => secondsSinceLast(context, entity),
  })

const firstSeen = (entity: EntityKind) =>
  flag({
    name: `${entity}_first_seen`,
    description: `No payment of the ${ENTITY_WORDS[entity]} is known`,
    entity,
    source: 'history',
    compute: ({ history }) => {
      const view = history[entity]
      return view === undefined ? null : view.lastSeenMs === null
    },
  })

/**
 * A history of three months knows nobody for longer. Without the bound, what a model learnt of old acquaintances would
 * speak of the age of the history it was trained on.
 */
const LONGEST_KNOWN_DAYS = 90

const knownFor = (entity: EntityKind) =>
  number('d', {
    name: `${entity}_known_days`,
    description: `Time since the first payment of the ${ENTITY_WORDS[entity]}, at most 90 days; missing at its first`,
    entity,
    source: 'history',
    version: 2,
    compute: ({ event, history }) => {
      const firstSeenMs = history[entity]?.firstSeenMs ?? null
      if (firstSeenMs === null) return null
      return Math.min(LONGEST_KNOWN_DAYS, Math.max(0, event.atMs - firstSeenMs) / DAY_MS)
    },
  })

/** Without a window: a device that comes back after half a year is no new one. */
const transCount = (entity: EntityKind) =>
  number('count', {
    name: `${entity}_trans_count`,
    description: `Past payments of the ${ENTITY_WORDS[entity]} altogether`,
    entity,
    source: 'history',
    createdAt: '2026-11-24',
    compute: ({ history }) => history[entity]?.lifetimeCount ?? null,
  })

const OTHERS = ['visitor', 'bin', 'network', 'email', 'phone', 'address'] as const

export const RECENCY_FEATURES: readonly Feature[] = [
  sinceLast('time_since_last_trans', 'account'),
  sinceLast('time_since_last_trans_card', 'card'),
  sinceLast('time_since_last_trans_device', 'device'),
  sinceLast('time_since_last_trans_ip', 'ip'),
  firstSeen('account'),
  firstSeen('card'),
  firstSeen('device'),
  knownFor('account'),
  knownFor('card'),
  knownFor('device'),
  knownFor('visitor'),
  knownFor('ip'),
  knownFor('seller'),
  transCount('card'),
  transCount('device'),
  transCount('visitor'),
  transCount('ip'),
  ...addedOn('2026-11-24', [
    ...OTHERS.map(entity => sinceLast(`time_since_last_trans_${entity}`, entity)),
    ...[...OTHERS, 'ip' as const].map(firstSeen),
    ...OTHERS.filter(entity => entity !== 'visitor').map(knownFor),
  ]),
]
