import type { EntityKind } from '../events/entities.ts'
import type { EntityView } from '../history/types.ts'
import type { WindowId } from '../history/windows.ts'
import { ENTITY_WORDS, number, windowIndex, windowWords } from './declare.ts'
import type { Feature, FeatureContext } from './types.ts'

type Windows = { readonly [K in EntityKind]?: readonly WindowId[] }

const FREQUENCY_WINDOWS: Windows = {
  account: ['10m', '1h', '24h', '7d', '30d'],
  card: ['10m', '1h', '24h', '7d', '30d'],
  device: ['10m', '1h', '24h', '7d', '30d'],
  visitor: ['24h', '7d'],
  ip: ['10m', '1h', '24h', '7d', '30d'],
  seller: ['1h', '24h', '30d'],
}
const SUM_WINDOWS: Windows = { account: ['24h', '7d'], card: ['24h'], seller: ['24h'] }
const DECLINE_WINDOWS: Windows = {
  account: ['1h', '24h'],
  card: ['1h', '24h'],
  device: ['24h'],
  ip: ['1h', '24h'],
}
const FRAUD_WINDOWS: Windows = {
  account: ['7d', '30d'],
  card: ['90d'],
  device: ['90d'],
  visitor: ['90d'],
  ip: ['90d'],
  seller: ['24h', '7d', '30d'],
}
const FRAUD_RATE_WINDOWS: readonly WindowId[] = ['24h', '7d', '30d', '90d']
/** So many payments without fraud are added to a seller's, lest one label make a new seller a certain fraudster. */
const FRAUD_RATE_PRIOR_COUNT = 5

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

export const VELOCITY_FEATURES: readonly Feature[] = [
  ...perWindow(FREQUENCY_WINDOWS, 'count', frequencyName, 'Past payments', view => view.counts),
  ...perWindow(
    SUM_WINDOWS,
    minorUnits,
    (entity, window) => `trans_sum_${entity}_${window}`,
    'Sum of the past payments',
    view => view.sumsMinor,
  ),
  ...perWindow(
    DECLINE_WINDOWS,
    'count',
    (entity, window) => `decline_count_${entity}_${window}`,
    'Declines',
    view => view.declines,
  ),
  ...perWindow(
    FRAUD_WINDOWS,
    'count',
    (entity, window) => `fraud_count_${entity}_${window}`,
    'Fraud labels that became known',
    view => view.frauds,
  ),
  ...FRAUD_RATE_WINDOWS.map(window => {
    const index = windowIndex('seller', window)
    return number('share', {
      name: `fraud_rate_seller_${window}`,
      description:
        `Fraud labels of the seller that became known in the last ${windowWords(window)}, per payment of that time ` +
        `and ${FRAUD_RATE_PRIOR_COUNT} good ones more`,
      entity: 'seller',
      window,
      source: 'history',
      compute: ({ history }) => {
        const view = history.seller
        if (view === undefined) return null
        return (view.frauds?.[index] ?? 0) / ((view.counts[index] ?? 0) + FRAUD_RATE_PRIOR_COUNT)
      },
    })
  }),
]
