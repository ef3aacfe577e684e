import type { Scored, Weights } from './ranking.ts'

/** What calling everything from a threshold upward fraud gives. */
export interface AtThreshold {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** Share of the fraudulent money that is caught. */
  readonly valueDetectionRate: number
  /** Share of all rows that are called fraud. */
  readonly alertRate: number
}

/**
 * Precision, recall, F1 and value detection rate when rows scoring `threshold` or more are called fraud. What has no
 * denominator is 0, as nothing was caught.
 *
 * @param amountsMinor one per row, all of one currency
 */
export function atThreshold(
  { scores, labels }: Scored,
  amountsMinor: ArrayLike<number>,
  threshold: number,
  weights: Weights | null = null,
): AtThreshold {
  let caught = 0
  let alerts = 0
  let frauds = 0
  let rows = 0
  let caughtMinor = 0
  let fraudMinor = 0
  for (let row = 0; row < scores.length; row++) {
    const weight = weights === null ? 1 : (weights[row] as number)
    const fraud = labels[row] === 1
    const alert = (scores[row] as number) >= threshold
    const amountMinor = weight * (amountsMinor[row] as number)
    rows += weight
    if (alert) alerts += weight
    if (!fraud) continue
    frauds += weight
    fraudMinor += amountMinor
    if (!alert) continue
    caught += weight
    caughtMinor += amountMinor
  }
  return {
    precision: ratio(caught, alerts),
    recall: ratio(caught, frauds),
    f1: ratio(2 * caught, alerts + frauds),
    valueDetectionRate: ratio(caughtMinor, fraudMinor),
    alertRate: ratio(alerts, rows),
  }
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)
