import Type, { type Static } from 'typebox'
import { ModelError } from './errors.ts'

/** Probability = sigmoid(slope * margin + intercept). */
export const PlattSchema = Type.Object({
  kind: Type.Literal('platt'),
  slope: Type.Number(),
  intercept: Type.Number(),
})

/** Probability = straight lines between the knots, constant beyond the first and the last. */
export const IsotonicSchema = Type.Object({
  kind: Type.Literal('isotonic'),
  /** Float32 values, strictly increasing. */
  margins: Type.Array(Type.Number(), { minItems: 1 }),
  /** Float32 values, never decreasing, one per margin. */
  probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 1 }),
})

/** How a margin becomes a calibrated probability: plain data, kept in the model's manifest. */
export const CalibrationSchema = Type.Union([PlattSchema, IsotonicSchema])

export type PlattCalibration = Static<typeof PlattSchema>
export type IsotonicCalibration = Static<typeof IsotonicSchema>
export type Calibration = Static<typeof CalibrationSchema>

/** The model's own probability, unchanged. */
export const UNCALIBRATED: PlattCalibration = { kind: 'platt', slope: 1, intercept: 0 }

/** The calibrated probability of a margin (log-odds). */
export function calibrate(calibration: Calibration, margin: number): number {
  if (calibration.kind === 'isotonic') return interpolate(calibration, margin)
  return sigmoid(calibration.slope * margin + calibration.intercept)
}

function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x))
  const e = Math.exp(x)
  return e / (1 + e)
}

function interpolate({ margins, probabilities }: IsotonicCalibration, margin: number): number {
  const last = margins.length - 1
  if (margin <= (margins[0] as number)) return probabilities[0] as number
  if (margin >= (margins[last] as number)) return probabilities[last] as number
  let low = 0
  let high = last
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((margins[middle] as number) <= margin) low = middle
    else high = middle
  }
  const x0 = margins[low] as number
  const y0 = probabilities[low] as number
  const fraction = (margin - x0) / ((margins[high] as number) - x0)
  return y0 + ((probabilities[high] as number) - y0) * fraction
}

/**
 * Fits Platt scaling on rows the trees were not trained on, by Newton's method with step halving and Platt's
 * smoothed targets.
 *
 * J. Platt, "Probabilistic outputs for support vector machines" (1999); the algorithm is that of H.-T. Lin,
 * C.-J. Lin, R. Weng, "A note on Platt's probabilistic outputs for support vector machines" (2007).
 *
 * @param margins log-odds by the model, one per row
 * @param labels 0 or 1, one per row
 * @throws ModelError `model_bad_input` unless both classes are present
 */
export function fitPlatt(margins: ArrayLike<number>, labels: ArrayLike<number>): PlattCalibration {
  const positives = countPositives(margins, labels)
  const negatives = margins.length - positives
  const targets = { 1: (positives + 1) / (positives + 2), 0: 1 / (negatives + 2) }
  let slope = 0
  let intercept = Math.log((positives + 1) / (negatives + 1))
  let loss = plattLoss(margins, labels, targets, slope, intercept)
  for (let step = 0; step < 100; step++) {
    // The ridge keeps the Hessian invertible when all margins are equal.
    let h11 = 1e-12
    let h22 = 1e-12
    let h21 = 0
    let g1 = 0
    let g2 = 0
    for (let row = 0; row < margins.length; row++) {
      const x = margins[row] as number
      const p = sigmoid(slope * x + intercept)
      const weight = p * (1 - p)
      const residual = p - (labels[row] === 1 ? targets[1] : targets[0])
      h11 += x * x * weight
      h21 += x * weight
      h22 += weight
      g1 += x * residual
      g2 += residual
    }
    if (Math.abs(g1) < 1e-9 * margins.length && Math.abs(g2) < 1e-9 * margins.length) break
    const determinant = h11 * h22 - h21 * h21
    const slopeStep = -(h22 * g1 - h21 * g2) / determinant
    const interceptStep = -(h11 * g2 - h21 * g1) / determinant
    const descent = g1 * slopeStep + g2 * interceptStep
    let scale = 1
    let nextLoss = Number.POSITIVE_INFINITY
    for (; scale >= 1e-10; scale /= 2) {
      nextLoss = plattLoss(
        margins,
        labels,
        targets,
        slope + scale * slopeStep,
        intercept + scale * interceptStep,
      )
      if (nextLoss < loss + 1e-4 * scale * descent) break
    }
    if (scale < 1e-10) break
    slope += scale * slopeStep
    intercept += scale * interceptStep
    loss = nextLoss
  }
  return { kind: 'platt', slope, intercept }
}

/** Cross-entropy against the smoothed targets, in the form that does not overflow. */
function plattLoss(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  targets: Readonly<Record<0 | 1, number>>,
  slope: number,
  intercept: number,
): number {
  let loss = 0
  for (let row = 0; row < margins.length; row++) {
    const z = slope * (margins[row] as number) + intercept
    const target = labels[row] === 1 ? targets[1] : targets[0]
    loss += Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)))
  }
  return loss
}

/**
 * Fits isotonic regression on rows the trees were not trained on, by pooling adjacent violators. Rows of one margin
 * are averaged first; each pooled block is kept as a flat line between its ends, as scikit-learn does.
 *
 * R. E. Barlow et al., "Statistical inference under order restrictions" (1972).
 *
 * @param margins log-odds by the model, one per row
 * @param labels 0 or 1, one per row
 * @throws ModelError `model_bad_input` unless both classes are present
 */
export function fitIsotonic(margins: ArrayLike<number>, labels: ArrayLike<number>): IsotonicCalibration {
  countPositives(margins, labels)
  const order = Array.from({ length: margins.length }, (_, row) => row)
  order.sort((a, b) => (margins[a] as number) - (margins[b] as number))
  const blocks: { first: number; last: number; sum: number; count: number }[] = []
  for (const row of order) {
    const margin = Math.fround(margins[row] as number)
    const label = labels[row] as number
    const previous = blocks.at(-1)
    if (previous?.first === margin) {
      previous.sum += label
      previous.count += 1
    } else blocks.push({ first: margin, last: margin, sum: label, count: 1 })
  }
  const pooled: typeof blocks = []
  for (const block of blocks) {
    pooled.push(block)
    for (let below = pooled.at(-2); below !== undefined; below = pooled.at(-2)) {
      const above = pooled.at(-1)
      if (above === undefined || below.sum * above.count < above.sum * below.count) break
      below.last = above.last
      below.sum += above.sum
      below.count += above.count
      pooled.pop()
    }
  }
  const knots = pooled.flatMap(({ first, last, sum, count }) => {
    const probability = Math.fround(sum / count)
    return first === last
      ? [[first, probability] as const]
      : [[first, probability] as const, [last, probability] as const]
  })
  return { kind: 'isotonic', margins: knots.map(knot => knot[0]), probabilities: knots.map(knot => knot[1]) }
}

function countPositives(margins: ArrayLike<number>, labels: ArrayLike<number>): number {
  if (margins.length !== labels.length)
    throw new ModelError(
      'model_bad_input',
      `${margins.length} margins were given for ${labels.length} labels.`,
    )
  let positives = 0
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]
    if (label !== 0 && label !== 1)
      throw new ModelError('model_bad_input', `The label of row ${row} is ${label}; it must be 0 or 1.`)
    if (!Number.isFinite(margins[row]))
      throw new ModelError(
        'model_bad_input',
        `The margin of row ${row} is ${margins[row]}; it must be finite.`,
      )
    positives += label
  }
  if (positives === 0 || positives === labels.length)
    throw new ModelError(
      'model_bad_input',
      `Calibration needs rows of both classes; all ${labels.length} are of one.`,
    )
  return positives
}
