import type { MatureView } from '../history/types.ts'
import { MATURE_WINDOWS } from '../history/windows.ts'
import { number, windowIndex, windowWords } from './declare.ts'
import type { Feature, FeatureContext } from './types.ts'

const DAY_MS = 86_400_000
type MatureWindow = (typeof MATURE_WINDOWS)[number]
const COUNT_WINDOWS: readonly MatureWindow[] = ['7d', '30d']

const countOf = ({ counts }: MatureView, window: MatureWindow): number =>
  counts[MATURE_WINDOWS.indexOf(window)] ?? 0

function ofSeller(
  read: (mature: MatureView, context: FeatureContext) => number | null,
): (context: FeatureContext) => number | null {
  return context => {
    const mature = context.history.seller?.mature
    return mature === undefined ? null : read(mature, context)
  }
}

/** Labels held against the payments that can have one: those a week old, the newer ones have hardly any yet. */
export const MATURITY_FEATURES: readonly Feature[] = [
  ...COUNT_WINDOWS.map(window =>
    number('count', {
      name: `mature_trans_freq_seller_${window}`,
      description: `Past payments of the seller in the ${windowWords(window)} that ended a week ago`,
      entity: 'seller',
      window,
      source: 'history',
      compute: ofSeller(mature => countOf(mature, window)),
    }),
  ),
  ...MATURE_WINDOWS.map(window =>
    number('share', {
      name: `mature_fraud_rate_seller_${window}`,
      description:
        `Fraud labels of the seller that became known in the last ${windowWords(window)}, per payment of the ` +
        `${windowWords(window)} that ended a week ago and one good one more`,
      entity: 'seller',
      window,
      source: 'history',
      compute: ofSeller(
        (mature, { history }) =>
          (history.seller?.frauds?.[windowIndex('seller', window)] ?? 0) / (countOf(mature, window) + 1),
      ),
    }),
  ),
  number('d', {
    name: 'days_since_fraud_seller',
    description: 'Time since a fraud label of the seller last became known; missing without one in 84 days',
    entity: 'seller',
    source: 'history',
    compute: ofSeller(({ lastFraudMs }, { event }) =>
      lastFraudMs === null ? null : Math.max(0, event.atMs - lastFraudMs) / DAY_MS,
    ),
  }),
  number('count', {
    name: 'mature_trans_since_fraud_seller',
    description:
      'Payments of the seller between a week before its last fraud label and a week ago, so most likely good: a seller that has recovered; missing without a label in 84 days',
    entity: 'seller',
    source: 'history',
    compute: ofSeller(({ countSinceFraud }) => countSinceFraud),
  }),
]
