export { decide, type Explanation, explainDecision, judge, named } from './decide.ts'
export { REASON_CODES, type ReasonCode, type ReasonTexts } from './reason-codes.ts'
export { reasonsOf } from './reasons.ts'
export { type Difference, engineVersions, type ReplayResult, replayDecision } from './replay.ts'
export type {
  Challenge,
  Decision,
  DecisionEngine,
  Envelope,
  FiredRule,
  Outcome,
  Reason,
  Scorer,
  Verdict,
  Versions,
} from './types.ts'
export { DECISIONS } from './types.ts'
