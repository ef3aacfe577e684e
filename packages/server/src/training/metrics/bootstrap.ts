import type { Estimate } from '../../registry/index.ts'
import { seededRandom } from '../random.ts'
import type { Weights } from './ranking.ts'

/** Figures of one sample by name; `null` weights are the sample itself. */
export type Measure<Name extends string> = (weights: Weights | null) => Readonly<Record<Name, number>>

/**
 * Estimates with 95 % percentile intervals from resampling rows with replacement (B. Efron, 1979). All figures come
 * from the same resamples, so their differences are comparable.
 *
 * @param rows number of rows
 * @param resamples number of resamples; a resample where a figure is undefined (no fraud drawn) is left out
 */
export function bootstrap<Name extends string>(
  rows: number,
  measure: Measure<Name>,
  options: { readonly resamples: number; readonly seed: number },
): Readonly<Record<Name, Estimate>> {
  const random = seededRandom(options.seed)
  const whole = measure(null)
  const weights = new Uint16Array(rows)
  const drawn: Readonly<Record<Name, number>>[] = []
  for (let sample = 0; sample < options.resamples; sample++) {
    weights.fill(0)
    for (let draw = 0; draw < rows; draw++) {
      const row = random.below(rows)
      weights[row] = (weights[row] as number) + 1
    }
    drawn.push(measure(weights))
  }
  const estimate = (name: Name): Estimate => {
    const sorted = drawn
      .map(figures => figures[name])
      .filter(Number.isFinite)
      .sort((a, b) => a - b)
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? whole[name]
    return { value: whole[name], low: at(0.025), high: at(0.975) }
  }
  const names = Object.keys(whole) as Name[]
  return Object.fromEntries(names.map(name => [name, estimate(name)])) as Record<Name, Estimate>
}
