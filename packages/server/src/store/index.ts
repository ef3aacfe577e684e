export { openSqliteStore, openStoredDecisions } from './sqlite/store.ts'
export type {
  Arrival,
  DecisionCommit,
  DecisionReader,
  DecisionStore,
  DecisionSummary,
  KeptAnswer,
  StoredDecision,
  UsedToken,
} from './types.ts'
