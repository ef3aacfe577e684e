export type { AuditChange, AuditEntry, Checkpoint } from './entry.ts'
export { openAuditKey, parsePublicKey, readAuditPublicKey } from './keys.ts'
export { type AuditLog, type AuditReader, openAuditLog, readAuditLog } from './log.ts'
export { type AuditFault, type AuditReport, verifyAudit } from './verify.ts'
