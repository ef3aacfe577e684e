export { openSqliteStore, openStoredDecisions } from './sqlite/store.ts'
export type {
  Arrival,
  DecidedPayment,
  DecisionCommit,
  DecisionReader,
  DecisionStore,
  DecisionSummary,
  FollowUpCommit,
  FollowUpMark,
  KeptAnswer,
  StoredDecision,
  UsedToken,
} from './types.ts'
