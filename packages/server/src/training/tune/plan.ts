import { TrainingError } from '../errors.ts'
import { DEFAULT_SMOTE_SHARE, type Imbalance } from '../imbalance/index.ts'
import { seededRandom } from '../random.ts'
import type { Parameters } from './parameters.ts'
import { drawParameters, gridOf, type Space, treated } from './space.ts'

export type Strategy = 'random' | 'grid' | 'halving' | 'ablation'

/** Each rung of successive halving has three times the training rows of the one before, and a third of its trials. */
export const HALVING_FACTOR = 3
const HALVING_RUNGS = [1 / HALVING_FACTOR ** 2, 1 / HALVING_FACTOR, 1]

/** The treatments of imbalance that an ablation compares. */
export const TREATMENTS: readonly Imbalance[] = [
  { kind: 'none' },
  { kind: 'sqrt-weight' },
  { kind: 'weight' },
  { kind: 'smote', share: DEFAULT_SMOTE_SHARE },
  { kind: 'smote', share: 0.5 },
]

export interface PlanOptions {
  readonly strategy: Strategy
  /** Most settings tried, the reference included. */
  readonly trials: number
  readonly space: Space
  /** The reference, and what the space leaves alone. */
  readonly base: Parameters
  readonly seed: number
}

/** What will be tried. */
export interface Plan {
  /** The first is the reference: the parameters that training would use without tuning. */
  readonly trials: readonly Parameters[]
  /** Shares of the training rows, from rung to rung; the last is 1. */
  readonly rowShares: readonly number[]
}

/**
 * Lists the settings to try. Each random one is drawn from its own number, so asking for more trials later keeps
 * those that are done.
 *
 * @throws TrainingError `training_options` when a grid is larger than the trials allow
 */
export function planTrials({ strategy, trials, space, base, seed }: PlanOptions): Plan {
  const rowShares = strategy === 'halving' ? HALVING_RUNGS : [1]
  if (strategy === 'ablation') return { trials: treated(base, TREATMENTS), rowShares }
  if (strategy === 'grid') return { trials: [base, ...gridTrials(space, base, trials)], rowShares }
  const drawn = Array.from({ length: trials - 1 }, (_, index) =>
    drawParameters(space, base, seededRandom(seed * 1_000_003 + index + 1)),
  )
  return { trials: [base, ...drawn], rowShares }
}

function gridTrials(space: Space, base: Parameters, most: number): Parameters[] {
  const points = gridOf(space, base).filter(point => JSON.stringify(point) !== JSON.stringify(base))
  if (points.length < most) return points
  throw new TrainingError(
    'training_options',
    `the grid has ${points.length} points and the reference, more than the ${most} trials allowed`,
    `Give --trials ${points.length + 1}, or fewer values in the space.`,
  )
}
