import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import type { DecisionFilter, DecisionReader, DecisionSummary } from '../types.ts'

type Row = Record<string, SQLOutputValue>

/** The condition of each filter. Outcomes have an index with the site; an order has its own. */
const CONDITIONS = {
  siteId: 'site_id = ?',
  orderId: 'order_id = ?',
  outcome: 'outcome = ?',
  tokenStatus: 'token_status = ?',
  fromMs: 'received_at_ms >= ?',
  toMs: 'received_at_ms < ?',
} as const satisfies Record<keyof DecisionFilter, string>
const FILTERS = Object.keys(CONDITIONS) as (keyof DecisionFilter)[]

/** Lists decisions newest first. One statement for every set of filters, prepared when it is first asked for. */
export function listDecisions(database: DatabaseSync): DecisionReader['list'] {
  const statements = new Map<string, StatementSync>()
  const statementFor = (conditions: readonly string[]) => {
    const where = ['seq < ?', ...conditions].join(' AND ')
    const known = statements.get(where)
    if (known) return known
    const made = database.prepare(`SELECT seq, id, site_id, order_id, outcome, score, amount_minor, currency,
      received_at_ms, token_status FROM decisions WHERE ${where} ORDER BY seq DESC LIMIT ?`)
    statements.set(where, made)
    return made
  }
  return ({ limit, beforeSeq = Number.MAX_SAFE_INTEGER, ...filter }) => {
    const given = FILTERS.filter(name => filter[name] !== undefined)
    const values: SQLInputValue[] = given.map(name => filter[name] ?? null)
    return statementFor(given.map(name => CONDITIONS[name]))
      .all(beforeSeq, ...values, limit)
      .map(toSummary)
  }
}

function toSummary(row: Row): DecisionSummary {
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    siteId: String(row['site_id']),
    orderId: String(row['order_id']),
    outcome: row['outcome'] as DecisionSummary['outcome'],
    score: row['score'] === null ? null : Number(row['score']),
    amountMinor: Number(row['amount_minor']),
    currency: String(row['currency']),
    receivedAtMs: Number(row['received_at_ms']),
    tokenStatus: row['token_status'] as DecisionSummary['tokenStatus'],
  }
}
