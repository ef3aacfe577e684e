import { type Ranking, type Weights, walk } from './ranking.ts'

/**
 * Average precision: the mean over frauds of the precision at the score of each, rows of one score taken together
 * (the definition of scikit-learn; no interpolation). `NaN` without frauds.
 */
export function averagePrecision(ranking: Ranking, weights: Weights | null = null): number {
  let sum = 0
  let passed = 0
  const { frauds } = walk(ranking, weights, state => {
    if (state.frauds === passed) return
    sum += ((state.frauds - passed) * state.frauds) / (state.frauds + state.genuine)
    passed = state.frauds
  })
  return frauds === 0 ? Number.NaN : sum / frauds
}

/** Area under the ROC curve: the chance that a fraud scores above a genuine row, ties counting half. */
export function rocAuc(ranking: Ranking, weights: Weights | null = null): number {
  let area = 0
  let lastFrauds = 0
  let lastGenuine = 0
  const { frauds, genuine } = walk(ranking, weights, state => {
    area += ((state.genuine - lastGenuine) * (state.frauds + lastFrauds)) / 2
    lastFrauds = state.frauds
    lastGenuine = state.genuine
  })
  return frauds === 0 || genuine === 0 ? Number.NaN : area / (frauds * genuine)
}

/**
 * The share of frauds among the first `capacity` of all rows, as when only so many can be reviewed; a group of
 * equal scores that the capacity cuts counts in proportion.
 *
 * @param capacity share of all rows, 0..1
 */
export function recallAtCapacity(ranking: Ranking, capacity: number, weights: Weights | null = null): number {
  const rows: { frauds: number; all: number }[] = [{ frauds: 0, all: 0 }]
  const { frauds, genuine } = walk(ranking, weights, state =>
    rows.push({ frauds: state.frauds, all: state.frauds + state.genuine }),
  )
  const room = capacity * (frauds + genuine)
  const above = rows.findIndex(({ all }) => all >= room)
  const [before, after] = [rows[above - 1], rows[above]]
  if (!after || frauds === 0) return Number.NaN
  if (!before) return after.frauds / frauds
  const part = (room - before.all) / (after.all - before.all || 1)
  return (before.frauds + part * (after.frauds - before.frauds)) / frauds
}

/** A point of the precision-recall and ROC curves: everything from `score` upward is called fraud. */
export interface CurvePoint {
  readonly score: number
  readonly recall: number
  readonly precision: number
  readonly falsePositiveRate: number
}

/** Every point of the curves, from the most suspicious score down. */
export function curve(ranking: Ranking): CurvePoint[] {
  const states: { score: number; frauds: number; genuine: number }[] = []
  const totals = walk(ranking, null, state => states.push({ ...state }))
  return states.map(({ score, frauds, genuine }) => ({
    score,
    recall: frauds / totals.frauds,
    precision: frauds / (frauds + genuine),
    falsePositiveRate: genuine / totals.genuine,
  }))
}

/** The score from which calling everything fraud gives the best F1. */
export function bestF1Threshold(ranking: Ranking): number {
  const f1 = ({ precision, recall }: CurvePoint) => (2 * precision * recall) / (precision + recall || 1)
  return curve(ranking).reduce((best, point) => (f1(point) > f1(best) ? point : best)).score
}
