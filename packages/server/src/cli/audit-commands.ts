import { userInfo } from 'node:os'
import { type AuditChange, openAuditLog } from '../audit/index.ts'

/** Writes down what a command changes in a data folder, as the user that runs it. */
export function auditCommands(folder: string): (change: Omit<AuditChange, 'actor'>) => void {
  return change => {
    const log = openAuditLog(folder)
    try {
      log.append({ actor: `cli:${userInfo().username}`, ...change })
      log.checkpoint()
    } finally {
      log.close()
    }
  }
}
