import { featureOfColumn } from '../features/columns.ts'
import type { ReasonCode } from './reason-codes.ts'
import { REASON_OF_FEATURE } from './reason-groups.ts'
import type { Reason } from './types.ts'

/** Reasons stored with a decision. */
export const MAX_REASONS = 5

/**
 * Sums SHAP values of columns over features and of features over reason codes, which is exact since SHAP values add
 * up.
 *
 * @param contributions one a column, log-odds
 * @returns every code with a weight, what raises the risk most first
 */
export function reasonsOf(columns: readonly string[], contributions: Float64Array): readonly Reason[] {
  const byFeature = new Map<string, number>()
  for (const [index, column] of columns.entries()) {
    const feature = featureOfColumn(column)
    byFeature.set(feature, (byFeature.get(feature) ?? 0) + (contributions[index] ?? 0))
  }
  const byCode = new Map<ReasonCode, [feature: string, contribution: number][]>()
  for (const [feature, contribution] of byFeature) {
    const code = REASON_OF_FEATURE.get(feature)
    if (code === undefined || contribution === 0) continue
    const group = byCode.get(code) ?? []
    group.push([feature, contribution])
    byCode.set(code, group)
  }
  return [...byCode]
    .map(([code, group]) => ({
      code,
      contribution: group.reduce((sum, [, contribution]) => sum + contribution, 0),
      features: group.toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a)).map(([feature]) => feature),
    }))
    .sort((a, b) => b.contribution - a.contribution)
}

/** The reasons that raised the risk most. */
export function topReasons(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter(({ contribution }) => contribution > 0).slice(0, MAX_REASONS)
}
