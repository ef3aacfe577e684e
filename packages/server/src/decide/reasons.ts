import { featureOfColumn } from '../features/columns.ts'
import type { ReasonCode } from './reason-codes.ts'
import { REASON_OF_FEATURE } from './reason-groups.ts'
import type { Reason } from './types.ts'

/** Reasons stored with a decision. */
export const MAX_REASONS = 5

/** Which feature each column of a model encodes, and the features with their codes. */
interface ColumnPlan {
  readonly featureOfColumn: Uint16Array
  readonly features: readonly { readonly name: string; readonly code: ReasonCode | undefined }[]
}

const plans = new WeakMap<readonly string[], ColumnPlan>()

/** A model's plan, made at its first use: looking up every column by name costs more than its explanation's worth. */
function planOf(columns: readonly string[]): ColumnPlan {
  const known = plans.get(columns)
  if (known) return known
  const names = [...new Set(columns.map(featureOfColumn))]
  const places = new Map(names.map((name, place) => [name, place]))
  const plan = {
    featureOfColumn: Uint16Array.from(columns, column => places.get(featureOfColumn(column)) ?? 0),
    features: names.map(name => ({ name, code: REASON_OF_FEATURE.get(name) })),
  }
  plans.set(columns, plan)
  return plan
}

/**
 * Sums SHAP values of columns over features and of features over reason codes, which is exact since SHAP values add
 * up.
 *
 * @param contributions one a column, log-odds
 * @returns every code with a weight, what raises the risk most first
 */
export function reasonsOf(columns: readonly string[], contributions: Float64Array): readonly Reason[] {
  const plan = planOf(columns)
  const sums = new Float64Array(plan.features.length)
  for (let column = 0; column < columns.length; column++) {
    const feature = plan.featureOfColumn[column] ?? 0
    sums[feature] = (sums[feature] ?? 0) + (contributions[column] ?? 0)
  }
  const byCode = new Map<ReasonCode, [feature: string, contribution: number][]>()
  for (const [place, { name, code }] of plan.features.entries()) {
    const contribution = sums[place] ?? 0
    if (code === undefined || contribution === 0) continue
    const group = byCode.get(code)
    if (group) group.push([name, contribution])
    else byCode.set(code, [[name, contribution]])
  }
  return [...byCode]
    .map(([code, group]) => ({
      code,
      contribution: group.reduce((sum, [, contribution]) => sum + contribution, 0),
      features: group.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a)).map(([feature]) => feature),
    }))
    .sort((a, b) => b.contribution - a.contribution)
}

/** The reasons that raised the risk most. */
export function topReasons(reasons: readonly Reason[]): readonly Reason[] {
  return reasons.filter(({ contribution }) => contribution > 0).slice(0, MAX_REASONS)
}
