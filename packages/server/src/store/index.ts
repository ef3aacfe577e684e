export { storeFault } from './sqlite/faults.ts'
export { missingFromStore, readHeadFile, removeHeadFile } from './sqlite/head-file.ts'
export { lockDataFolder } from './sqlite/lock.ts'
export { requireSchema } from './sqlite/migrations.ts'
export { rowChecksum } from './sqlite/row-checksum.ts'
export { openSqliteStore, openStoredDecisions, STORE_FILE } from './sqlite/store.ts'
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
