import type { Ranking, Scored, Weights } from './ranking.ts'

/** Brier score: mean squared difference between probability and truth; lower is better. */
export function brierScore({ scores, labels }: Scored, weights: Weights | null = null): number {
  let sum = 0
  let total = 0
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === null ? 1 : (weights[row] as number)
    sum += weight * ((scores[row] as number) - (labels[row] as number)) ** 2
    total += weight
  }
  return sum / total
}

/** A group of rows of like probability. */
export interface ReliabilityBin {
  readonly rows: number
  readonly meanProbability: number
  readonly fraudRate: number
}

/**
 * Groups of equally many rows in order of probability. With one fraud in a hundred rows, bins of equal width would
 * put nearly all of them into the first.
 */
export function reliability(
  ranking: Ranking,
  bins: number,
  weights: Weights | null = null,
): ReliabilityBin[] {
  const { order, scores, labels } = ranking
  let total = 0
  for (let row = 0; row < order.length; row++) total += weights === null ? 1 : (weights[row] as number)
  const sums = Array.from({ length: bins }, () => ({ rows: 0, probability: 0, frauds: 0 }))
  let passed = 0
  for (const row of order) {
    const weight = weights === null ? 1 : (weights[row] as number)
    const bin = sums[Math.min(bins - 1, Math.floor((passed / total) * bins))]
    passed += weight
    if (bin === undefined) continue
    bin.rows += weight
    bin.probability += weight * (scores[row] as number)
    bin.frauds += weight * (labels[row] as number)
  }
  return sums
    .filter(({ rows }) => rows > 0)
    .map(({ rows, probability, frauds }) => ({
      rows,
      meanProbability: probability / rows,
      fraudRate: frauds / rows,
    }))
    .reverse()
}

/** Bins of the expected calibration error. */
export const CALIBRATION_BINS = 20

/** Expected calibration error: mean distance of probability and fraud rate over bins of equally many rows. */
export function expectedCalibrationError(ranking: Ranking, weights: Weights | null = null): number {
  const bins = reliability(ranking, CALIBRATION_BINS, weights)
  const rows = bins.reduce((sum, bin) => sum + bin.rows, 0)
  return bins.reduce((sum, bin) => sum + (bin.rows / rows) * Math.abs(bin.meanProbability - bin.fraudRate), 0)
}
