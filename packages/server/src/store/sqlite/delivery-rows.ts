import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { DecisionReader, Delivery, DeliveryProgress, DeliveryState, NewDelivery } from '../types.ts'

type Row = Record<string, SQLOutputValue>

/** Parameters of the writer's statement for what became of a message. */
export interface DeliveryRows {
  readonly delivery: readonly SQLInputValue[]
}

export const INSERT_DELIVERY = `INSERT INTO deliveries (id, site_id, endpoint_id, type, body, created_at_ms, next_at_ms)
  VALUES (?, ?, ?, ?, ?, ?, ?)`
export const UPDATE_DELIVERY = `UPDATE deliveries SET state = ?, attempts = ?, next_at_ms = ?, last_status = ?,
  last_error = ?, last_at_ms = ? WHERE id = ?`
/** Delivered messages are kept a week, dead letters a month. */
export const PURGE_DELIVERIES = `DELETE FROM deliveries WHERE (state = 'delivered' AND created_at_ms < ? - 604800000)
  OR (state = 'dead' AND created_at_ms < ? - 2592000000)`

export const toNewDeliveryRow = (made: NewDelivery): readonly SQLInputValue[] => [
  made.id,
  made.siteId,
  made.endpointId,
  made.type,
  made.body,
  made.createdAtMs,
  made.createdAtMs,
]

export const toDeliveryRows = (progress: DeliveryProgress): DeliveryRows => ({
  delivery: [
    progress.state,
    progress.attempts,
    progress.nextAtMs,
    progress.lastStatus,
    progress.lastError,
    progress.lastAtMs,
    progress.id,
  ],
})

/** Reading of messages. */
export function readDeliveries(
  database: DatabaseSync,
): Pick<DecisionReader, 'waitingEndpoints' | 'dueDeliveries' | 'nextDeliveryMs' | 'deliveries' | 'delivery'> {
  const due = database.prepare(
    `SELECT * FROM deliveries WHERE state = 'waiting' AND endpoint_id = ? AND next_at_ms <= ?
    ORDER BY next_at_ms LIMIT ?`,
  )
  const endpoints = database.prepare("SELECT DISTINCT endpoint_id FROM deliveries WHERE state = 'waiting'")
  const next = database.prepare(
    "SELECT min(next_at_ms) AS at FROM deliveries WHERE state = 'waiting' AND next_at_ms > ?",
  )
  const list = database.prepare(
    'SELECT * FROM deliveries WHERE site_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  )
  const listState = database.prepare(
    'SELECT * FROM deliveries WHERE site_id = ? AND seq < ? AND state = ? ORDER BY seq DESC LIMIT ?',
  )
  const one = database.prepare('SELECT * FROM deliveries WHERE id = ? AND site_id = ?')
  return {
    waitingEndpoints: () => endpoints.all().map(row => String(row['endpoint_id'])),
    dueDeliveries: (endpointId, nowMs, limit) => due.all(endpointId, nowMs, limit).map(toDelivery),
    nextDeliveryMs: afterMs => numberOf(next.get(afterMs)?.['at']),
    deliveries: ({ siteId, limit, state, beforeSeq = Number.MAX_SAFE_INTEGER }) =>
      (state === undefined
        ? list.all(siteId, beforeSeq, limit)
        : listState.all(siteId, beforeSeq, state, limit)
      ).map(toDelivery),
    delivery: (siteId, id) => {
      const row = one.get(id, siteId)
      return row && toDelivery(row)
    },
  }
}

function toDelivery(row: Row): Delivery {
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    siteId: String(row['site_id']),
    endpointId: String(row['endpoint_id']),
    type: String(row['type']),
    body: String(row['body']),
    createdAtMs: Number(row['created_at_ms']),
    state: row['state'] as DeliveryState,
    attempts: Number(row['attempts']),
    nextAtMs: numberOf(row['next_at_ms']),
    lastStatus: numberOf(row['last_status']),
    lastError: typeof row['last_error'] === 'string' ? row['last_error'] : null,
    lastAtMs: numberOf(row['last_at_ms']),
  }
}

const numberOf = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? value : null)
