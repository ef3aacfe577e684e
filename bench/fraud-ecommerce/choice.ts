import type { Feature } from '../../packages/server/src/features/index.ts'
import type { Choice } from '../public-data/fit.ts'

/** A choice, and how much of the beginning of the training part is history alone. */
export interface SplitChoice extends Choice {
  readonly skipShare: number
}

/** The device and the address, and what brought the shopper; not the amount, the age of the account and the hour. */
const isTelling = ({ name, entity }: Feature) =>
  entity === 'device' || entity === 'ip' || name === 'traffic_source'

/** What validation chose; `docs/benchmarks.md` has the table. */
export const CHOICE: SplitChoice = {
  params: { seed: 1, max_bin: 1024, max_depth: 1, eta: 0.1, subsample: 0.9, colsample_bytree: 0.6 },
  rounds: 400,
  uses: isTelling,
  skipShare: 0.1,
}

const without = (left: (feature: Feature) => boolean): SplitChoice => ({
  ...CHOICE,
  uses: feature => isTelling(feature) && !left(feature),
})
const withParams = (params: Partial<Choice['params']>, rounds: number): SplitChoice => ({
  ...CHOICE,
  ...{ params: { ...CHOICE.params, ...params }, rounds },
})
const PLACE = /^ip_(country|hosting|site_mismatch)$/

/** The choice with one thing changed at a time. */
export const VARIANTS: readonly (readonly [what: string, choice: SplitChoice])[] = [
  ['as chosen', CHOICE],
  ['fitted on the opening burst too', { ...CHOICE, skipShare: 0 }],
  ['without traffic_source', without(({ name }) => name === 'traffic_source')],
  ['without country and hosting of the address', without(({ name }) => PLACE.test(name))],
  ['without the past of the address', without(({ name, entity }) => entity === 'ip' && !PLACE.test(name))],
  ['without the device', without(({ entity }) => entity === 'device')],
  ['without counts over the whole past', without(({ name }) => name.endsWith('_trans_count'))],
  ['every feature', { ...CHOICE, uses: () => true }],
  [
    'every feature but traffic_source, with the burst',
    { ...CHOICE, uses: ({ name }) => name !== 'traffic_source', skipShare: 0 },
  ],
  ['depth 1, .3, 400', withParams({ eta: 0.3 }, 400)],
  ['depth 1, .3, 100', withParams({ eta: 0.3 }, 100)],
  ['depth 1, .1, 200', withParams({}, 200)],
  ['depth 2, .1, 100', withParams({ max_depth: 2 }, 100)],
  ['depth 3, .05, 100', withParams({ max_depth: 3, eta: 0.05 }, 100)],
  ['depth 4, .1, 200', withParams({ max_depth: 4 }, 200)],
]
