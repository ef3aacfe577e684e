import type { Decision } from '../decide/types.ts'
import type { DecisionEngine } from './engine.ts'

/** Loads everything that judges. */
export async function loadEngine(): Promise<DecisionEngine> {
  return {
    versions: { model: 'none', policy: 'none', rules: 'none', features: 'none', prescore: null },
    degraded: ['model'],
    prescoreModels: new Map(),
    judge: async (envelope): Promise<Decision> => ({
      decision: 'review',
      score: null,
      margin: null,
      reasons: [],
      rules: [],
      expectedLossMinor: null,
      challenge: [],
      review: { deadlineAtMs: envelope.event.receivedAtMs + 86_400_000, defaultAction: 'allow' },
      features: {},
    }),
    close: async () => {},
  }
}
