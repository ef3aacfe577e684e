export { openSqliteStore, openStoredDecisions } from './sqlite/store.ts'
export type {
  Arrival,
  DecidedPayment,
  DecisionCommit,
  DecisionFilter,
  DecisionReader,
  DecisionStore,
  DecisionSummary,
  FollowUpCommit,
  FollowUpMark,
  KeptAnswer,
  StoredDecision,
  TokenUseCommit,
  UsedToken,
} from './types.ts'
