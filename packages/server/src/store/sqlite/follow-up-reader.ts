import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { DecidedPayment, DecisionReader } from '../types.ts'
import { toLabel, toOutcome } from './follow-up-rows.ts'
import { KEY_COLUMNS, toKeys } from './key-columns.ts'

/** Reading of decided payments and of what became known of them. */
export function readFollowUps(database: DatabaseSync): Pick<DecisionReader, 'decidedPayment' | 'followUps'> {
  const columns = `id, order_id, ${KEY_COLUMNS}`
  const byDecision = database.prepare(
    `SELECT ${columns} FROM decisions JOIN arrivals USING (seq) WHERE id = ? AND site_id = ?`,
  )
  const byOrder = database.prepare(`SELECT ${columns} FROM decisions JOIN arrivals USING (seq)
    WHERE order_id = ? AND site_id = ? ORDER BY seq DESC LIMIT 1`)
  const outcomes = database.prepare('SELECT * FROM outcomes WHERE order_id = ? AND site_id = ? ORDER BY seq')
  const labels = database.prepare('SELECT * FROM labels WHERE order_id = ? AND site_id = ? ORDER BY seq')
  byDecision.setReturnArrays(true)
  byOrder.setReturnArrays(true)
  return {
    decidedPayment: (siteId, reference) => {
      const row: unknown =
        'decisionId' in reference
          ? byDecision.get(reference.decisionId, siteId)
          : byOrder.get(reference.orderId, siteId)
      // With setReturnArrays rows are arrays; the types of node:sqlite do not follow.
      return row === undefined ? undefined : toDecidedPayment(row as SQLOutputValue[])
    },
    followUps: (siteId, orderId) => ({
      events: outcomes.all(orderId, siteId).map(toOutcome),
      labels: labels.all(orderId, siteId).map(toLabel),
    }),
  }
}

function toDecidedPayment(row: readonly SQLOutputValue[]): DecidedPayment {
  return { decisionId: String(row[0]), orderId: String(row[1]), keys: toKeys(row, 2) }
}
