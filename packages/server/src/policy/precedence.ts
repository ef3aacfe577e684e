import { type Outcome, severity } from './outcome.ts'

/**
 * Joins what the score advises with what fired rules say.
 *
 * 1. A rule that denies decides.
 * 2. Else a rule that allows decides: somebody vouched for this kind of order, whatever the score says.
 * 3. Else the most severe of the score's advice and the rules: a rule can raise, never lower.
 */
export function combine(advised: Outcome, actions: readonly Outcome[]): Outcome {
  if (actions.includes('deny')) return 'deny'
  if (actions.includes('allow')) return 'allow'
  return actions.reduce((worst, action) => (severity(action) > severity(worst) ? action : worst), advised)
}
