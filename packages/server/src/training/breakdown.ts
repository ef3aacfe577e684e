import type { Estimate } from '../registry/index.ts'
import type { Judged } from './judged.ts'
import { atThreshold, averagePrecision, bootstrap, rank } from './metrics/index.ts'

/** A week of the judged orders: what a drift costs shows here first. */
export interface Week {
  readonly fromMs: number
  readonly rows: number
  readonly frauds: number
  /** Null without frauds. */
  readonly averagePrecision: Estimate | null
  /** The oracle's on the same orders; null without one. */
  readonly attainable: number | null
  /** Shares of orders called fraud, and of frauds among them, at the threshold. */
  readonly alertRate: number
  readonly recall: number
  /** Calibration in the large: what was expected and what came. */
  readonly meanProbability: number
  readonly fraudRate: number
}

/** One kind of attack among the judged orders of a simulated history. */
export interface AttackKind {
  readonly attack: string
  readonly orders: number
  readonly frauds: number
  /** Shares of its frauds found at the threshold, and among the riskiest orders that can be reviewed. */
  readonly recall: number
  readonly recallAtCapacity: number
  /** Fraudulent money, and what of it is below the threshold; minor units. */
  readonly fraudMinor: number
  readonly missedMinor: number
  /** What the oracle would miss with as many alerts. */
  readonly oracleMissedMinor: number | null
}

const WEEK_MS = 7 * 86_400_000
const RESAMPLES = 100

/** Figures of each week, counted from the first order. */
export function byWeek(judged: Judged, threshold: number, seed: number): Week[] {
  const times = Array.from(judged.receivedAtMs)
  const startMs = times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)
  const weeks: number[][] = []
  for (const [row, time] of times.entries()) {
    const week = Math.floor((time - startMs) / WEEK_MS)
    const list = weeks[week] ?? []
    weeks[week] = list
    list.push(row)
  }
  return weeks.flatMap((rows, week) =>
    rows.length === 0 ? [] : [describeWeek(judged, rows, startMs + week * WEEK_MS, threshold, seed)],
  )
}

function describeWeek(
  judged: Judged,
  rows: readonly number[],
  fromMs: number,
  threshold: number,
  seed: number,
): Week {
  const pick = (values: ArrayLike<number>) => Float64Array.from(rows, row => values[row] as number)
  const labels = pick(judged.labels)
  const scores = pick(judged.probabilities)
  const byMargin = rank({ scores: pick(judged.margins), labels })
  const frauds = labels.reduce((sum, label) => sum + label, 0)
  const found = atThreshold({ scores, labels }, pick(judged.amountsMinor), threshold)
  const { ap } = bootstrap(rows.length, weights => ({ ap: averagePrecision(byMargin, weights) }), {
    ...{ resamples: RESAMPLES, seed },
  })
  return {
    ...{ fromMs, rows: rows.length, frauds },
    averagePrecision: frauds > 0 ? ap : null,
    attainable:
      judged.oracle && frauds > 0 ? averagePrecision(rank({ scores: pick(judged.oracle), labels })) : null,
    ...{ alertRate: found.alertRate, recall: found.recall },
    meanProbability: scores.reduce((sum, score) => sum + score, 0) / rows.length,
    fraudRate: frauds / rows.length,
  }
}

/**
 * Losses of each kind of attack, the costliest first; null for data that do not name them. Kinds without a single
 * fraud are left out.
 *
 * @param capacity share of the orders that can be reviewed
 */
export function byAttack(judged: Judged, threshold: number, capacity: number): AttackKind[] | null {
  const { attacks, labels, margins, probabilities, amountsMinor, oracle } = judged
  if (attacks === null) return null
  const alerts = Array.from(probabilities).filter(score => score >= threshold).length
  const reviewed = riskiest(margins, labels, Math.floor(capacity * labels.length))
  const byOracle = oracle && riskiest(oracle, labels, alerts)
  const kinds = new Map<string, number[]>()
  for (const [row, attack] of attacks.entries()) {
    if (labels[row] !== 1) continue
    const frauds = kinds.get(attack) ?? []
    kinds.set(attack, frauds)
    frauds.push(row)
  }
  const money = (rows: readonly number[]) => rows.reduce((sum, row) => sum + (amountsMinor[row] as number), 0)
  return [...kinds]
    .map(([attack, frauds]) => {
      const missed = frauds.filter(row => (probabilities[row] as number) < threshold)
      return {
        attack,
        orders: attacks.filter(other => other === attack).length,
        frauds: frauds.length,
        recall: 1 - missed.length / frauds.length,
        recallAtCapacity: frauds.filter(row => reviewed.has(row)).length / frauds.length,
        fraudMinor: money(frauds),
        missedMinor: money(missed),
        oracleMissedMinor: byOracle && money(frauds.filter(row => !byOracle.has(row))),
      }
    })
    .sort((a, b) => b.missedMinor - a.missedMinor || b.fraudMinor - a.fraudMinor)
}

function riskiest(scores: ArrayLike<number>, labels: ArrayLike<number>, count: number): ReadonlySet<number> {
  return new Set(rank({ scores, labels }).order.subarray(0, count))
}
