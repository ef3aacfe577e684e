import type { Manifest } from '../registry/index.ts'
import type { Assessment } from './assess.ts'
import type { ModelAssessment } from './evaluate-model.ts'

/** All that was measured, for programs: everything but the orders themselves. */
export function assessmentJson(
  assessment: Assessment & Partial<Pick<ModelAssessment, 'measuredOn'>>,
  { version }: Pick<Manifest, 'version'>,
) {
  const { judged: _, drift, ...rest } = assessment
  return {
    model: version,
    ...rest,
    drift: drift && { score: drift.score.psi, features: drift.features },
  }
}
