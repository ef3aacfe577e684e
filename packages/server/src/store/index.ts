export { openSqliteStore, openStoredDecisions } from './sqlite/store.ts'
export type {
  Arrival,
  DecidedPayment,
  DecisionCommit,
  DecisionFilter,
  DecisionReader,
  DecisionStore,
  DecisionSummary,
  Delivery,
  DeliveryProgress,
  DeliveryState,
  FollowUpCommit,
  FollowUpMark,
  JudgedDecision,
  KeptAnswer,
  ModelUse,
  NewDelivery,
  StoredDecision,
  TokenUseCommit,
  UsedToken,
} from './types.ts'
export { DELIVERY_STATES } from './types.ts'
