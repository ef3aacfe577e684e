import type { EntityKind } from '../events/entities.ts'
import type { EntityView } from '../history/types.ts'
import type { WindowId } from '../history/windows.ts'
import { addedOn, ENTITY_WORDS, number, windowIndex, windowWords } from './declare.ts'
import type { Feature, FeatureContext } from './types.ts'

type Windows = { readonly [K in EntityKind]?: readonly WindowId[] }

const SELLER_RATE_WINDOWS: readonly WindowId[] = ['24h', '7d', '30d', '90d']
/** So many good payments are added to an entity's, lest one label make a new seller a certain fraudster. */
const RATE_PRIOR_COUNT = 5

/** A number out of the history of one entity; missing when the order does not name the entity. */
export function fromHistory(
  kind: EntityKind,
  read: (view: EntityView) => number | null | undefined,
): (context: FeatureContext) => number | null {
  return ({ history }) => {
    const view = history[kind]
    return view === undefined ? null : (read(view) ?? null)
  }
}

/** One feature for every window of every entity. */
function perWindow(
  windows: Windows,
  unit: string,
  name: (entity: EntityKind, window: WindowId) => string,
  description: string,
  values: (view: EntityView) => readonly number[] | undefined,
): readonly Feature[] {
  return entries(windows).flatMap(([entity, ids]) =>
    ids.map(window => {
      const index = windowIndex(entity, window)
      return number(unit, {
        name: name(entity, window),
        description: `${description} of the ${ENTITY_WORDS[entity]} in the last ${windowWords(window)}`,
        entity,
        window,
        source: 'history',
        compute: ({ history }) => {
          const view = history[entity]
          return view === undefined ? null : (values(view)?.[index] ?? null)
        },
      })
    }),
  )
}

function entries(windows: Windows): [EntityKind, readonly WindowId[]][] {
  return Object.entries(windows) as [EntityKind, readonly WindowId[]][]
}

/** `trans_freq` itself is the account's count over a day; the others carry entity and window in their names. */
const frequencyName = (entity: EntityKind, window: WindowId) =>
  entity === 'account' && window === '24h' ? 'trans_freq' : `trans_freq_${entity}_${window}`

const minorUnits = "minor units of the site's currency"

interface VelocityWindows {
  readonly frequency: Windows
  readonly sum: Windows
  readonly decline: Windows
  readonly fraud: Windows
}

const FIRST: VelocityWindows = {
  frequency: {
    account: ['10m', '1h', '24h', '7d', '30d'],
    card: ['10m', '1h', '24h', '7d', '30d'],
    device: ['10m', '1h', '24h', '7d', '30d'],
    visitor: ['24h', '7d'],
    ip: ['10m', '1h', '24h', '7d', '30d'],
    seller: ['1h', '24h', '30d'],
  },
  sum: { account: ['24h', '7d'], card: ['24h'], seller: ['24h'] },
  decline: { account: ['1h', '24h'], card: ['1h', '24h'], device: ['24h'], ip: ['1h', '24h'] },
  fraud: {
    account: ['7d', '30d'],
    card: ['90d'],
    device: ['90d'],
    visitor: ['90d'],
    ip: ['90d'],
    seller: ['24h', '7d', '30d'],
  },
}
const SECOND: VelocityWindows = {
  frequency: {
    bin: ['10m', '1h', '24h'],
    network: ['10m', '1h', '24h'],
    email: ['24h', '30d'],
    phone: ['24h', '30d'],
    address: ['24h', '30d'],
    asn: ['24h'],
    session: ['24h'],
  },
  sum: {
    device: ['24h'],
    visitor: ['24h'],
    ip: ['24h'],
    bin: ['24h'],
    network: ['24h'],
    email: ['24h'],
    phone: ['24h'],
    address: ['24h'],
  },
  decline: {
    visitor: ['24h'],
    seller: ['24h'],
    bin: ['1h', '24h'],
    network: ['1h', '24h'],
    email: ['24h'],
    phone: ['24h'],
    address: ['24h'],
    asn: ['24h'],
    session: ['24h'],
  },
  fraud: { bin: ['30d'], network: ['30d'], email: ['90d'], phone: ['90d'], address: ['90d'], asn: ['30d'] },
}

const velocities = ({ frequency, sum, decline, fraud }: VelocityWindows): readonly Feature[] => [
  ...perWindow(frequency, 'count', frequencyName, 'Past payments', view => view.counts),
  ...perWindow(
    sum,
    minorUnits,
    (entity, window) => `trans_sum_${entity}_${window}`,
    'Sum of the past payments',
    view => view.sumsMinor,
  ),
  ...perWindow(
    decline,
    'count',
    (entity, window) => `decline_count_${entity}_${window}`,
    'Declines',
    view => view.declines,
  ),
  ...perWindow(
    fraud,
    'count',
    (entity, window) => `fraud_count_${entity}_${window}`,
    'Fraud labels that became known',
    view => view.frauds,
  ),
]

/** What went wrong in a window per payment of that time. */
function rate(what: 'fraud' | 'decline', entity: EntityKind, window: WindowId): Feature {
  const index = windowIndex(entity, window)
  const words = what === 'fraud' ? 'Fraud labels that became known' : 'Declines'
  return number('share', {
    name: `${what}_rate_${entity}_${window}`,
    description:
      `${words} of the ${ENTITY_WORDS[entity]} in the last ${windowWords(window)}, per payment of that time ` +
      `and ${RATE_PRIOR_COUNT} good ones more`,
    entity,
    window,
    source: 'history',
    compute: ({ history }) => {
      const view = history[entity]
      if (view === undefined) return null
      const wrong = (what === 'fraud' ? view.frauds : view.declines)?.[index] ?? 0
      return wrong / ((view.counts[index] ?? 0) + RATE_PRIOR_COUNT)
    },
  })
}

export const VELOCITY_FEATURES: readonly Feature[] = [
  ...velocities(FIRST),
  ...SELLER_RATE_WINDOWS.map(window => rate('fraud', 'seller', window)),
  ...addedOn('2026-11-24', [
    ...velocities(SECOND),
    rate('fraud', 'bin', '30d'),
    rate('fraud', 'network', '30d'),
    rate('fraud', 'asn', '30d'),
    rate('decline', 'bin', '24h'),
    rate('decline', 'network', '24h'),
  ]),
]
