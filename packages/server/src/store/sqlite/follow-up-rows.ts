import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { OutcomeType, PaymentLabel, PaymentOutcome } from '../../events/lifecycle.ts'
import type { FollowUpCommit } from '../types.ts'
import { KEY_COLUMNS, KEY_PLACES, keyValues } from './key-columns.ts'
import { type MessageRows, toMessageRows } from './rows.ts'

type Row = Record<string, SQLOutputValue>

/** Kinds of rows in `arrivals` by the number that stands for them. */
export const ARRIVAL_KINDS = ['payment', 'decline', 'fraud'] as const

/** Parameters of the writer's statements for one event or label. */
export interface FollowUpRows extends MessageRows {
  readonly table: 'outcomes' | 'labels'
  readonly followUp: readonly SQLInputValue[]
  /** What enters the velocity history with it. */
  readonly mark: readonly SQLInputValue[] | null
}

export const INSERT_OUTCOME = `INSERT INTO outcomes (seq, site_id, order_id, decision_id, received_at_ms, type, reason,
  occurred_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
export const INSERT_LABEL = `INSERT INTO labels (seq, site_id, order_id, decision_id, received_at_ms, fraud, source, state,
  observed_at_ms, effective_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
export const INSERT_MARK = `INSERT INTO arrivals (seq, kind, at_ms, amount_minor, ${KEY_COLUMNS})
  VALUES (?, ?, ?, 0, ${KEY_PLACES})`

export function toFollowUpRows({ followUp, mark, ...rest }: FollowUpCommit): FollowUpRows {
  const { seq, siteId, orderId, decisionId, receivedAtMs } = followUp
  const common = [seq, siteId, orderId, decisionId, receivedAtMs]
  return {
    ...toMessageRows(rest),
    mark: mark && [seq, ARRIVAL_KINDS.indexOf(mark.kind), mark.atMs, ...keyValues(mark.keys)],
    ...('type' in followUp
      ? { table: 'outcomes', followUp: [...common, followUp.type, followUp.reason, followUp.occurredAtMs] }
      : { table: 'labels', followUp: [...common, ...labelColumns(followUp)] }),
  }
}

function labelColumns({ fraud, source, state, observedAtMs, effectiveAtMs }: PaymentLabel): SQLInputValue[] {
  return [fraud ? 1 : 0, source, state, observedAtMs, effectiveAtMs]
}

export function toOutcome(row: Row): PaymentOutcome {
  return {
    ...followUpOf(row),
    type: row['type'] as OutcomeType,
    reason: textOf(row['reason']),
    occurredAtMs: numberOf(row['occurred_at_ms']),
  }
}

export function toLabel(row: Row): PaymentLabel {
  return {
    ...followUpOf(row),
    fraud: row['fraud'] === 1,
    source: String(row['source']),
    state: textOf(row['state']),
    observedAtMs: numberOf(row['observed_at_ms']),
    effectiveAtMs: numberOf(row['effective_at_ms']),
  }
}

function followUpOf(row: Row) {
  return {
    seq: Number(row['seq']),
    siteId: String(row['site_id']),
    orderId: String(row['order_id']),
    decisionId: String(row['decision_id']),
    receivedAtMs: Number(row['received_at_ms']),
  }
}

const textOf = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : null)
const numberOf = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? value : null)
