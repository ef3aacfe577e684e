import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { AtalayaError } from '../../base/errors.ts'
import { ENTITY_KINDS } from '../../events/entities.ts'
import type { Arrival, DecisionReader, KeptAnswer, StoredDecision, UsedToken } from '../types.ts'
import { listDecisions } from './decision-list.ts'
import { readDeliveries } from './delivery-rows.ts'
import { storeFault } from './faults.ts'
import { decisionReader } from './feature-values.ts'
import { readFollowUps } from './follow-up-reader.ts'
import { ARRIVAL_KINDS } from './follow-up-rows.ts'
import { KEY_COLUMNS, toKeys } from './key-columns.ts'
import { requireSchema } from './migrations.ts'
import { rowChecksum } from './row-checksum.ts'
import { LAST_SEQ } from './statements.ts'

type Row = Record<string, SQLOutputValue>

/**
 * Reads the store through a connection of its own that cannot write; in WAL mode neither waits for the other.
 *
 * @throws {AtalayaError} when the database cannot be opened
 */
export function openReader(path: string, open = besideTheWriter): DecisionReader {
  try {
    const database = open(path)
    requireSchema(database)
    return readerOf(database)
  } catch (error) {
    throw storeFault(error, path)
  }
}

const besideTheWriter = (path: string) => new DatabaseSync(path, { readOnly: true, timeout: 1_000 })

function readerOf(database: DatabaseSync): DecisionReader {
  const get = database.prepare(
    'SELECT seq, id, token_detail, envelope, decision, checksum FROM decisions WHERE id = ?',
  )
  const readDecision = decisionReader(database)
  const kept = database.prepare(
    'SELECT * FROM kept_answers WHERE site_id = ? AND key = ? AND expires_at_ms >= ?',
  )
  const used = database.prepare(
    'SELECT nonce_id, jti, expires_at_ms FROM used_tokens WHERE expires_at_ms >= ?',
  )
  const arrivals = database.prepare(
    `SELECT seq, at_ms, amount_minor, ${KEY_COLUMNS}, kind FROM arrivals WHERE seq > ? ORDER BY seq`,
  )
  arrivals.setReturnArrays(true)
  const arrivalCount = database.prepare('SELECT count(*) AS n FROM arrivals WHERE seq <= ?')
  const last = database.prepare(LAST_SEQ)
  const modelUse = database.prepare(`SELECT count(*) AS n, min(received_at_ms) AS first_at_ms,
    max(received_at_ms) AS last_at_ms FROM decisions WHERE json_extract(envelope, '$.versions.model') = ?`)
  const count = database.prepare('SELECT count(*) AS n FROM decisions')
  return {
    get: id => optional(get.get(id), row => toStored(row, readDecision)),
    list: listDecisions(database),
    keptAnswer: (siteId, key, nowMs) => optional(kept.get(siteId, key, nowMs), toKeptAnswer),
    usedTokens: nowMs => used.all(nowMs).map(toUsedToken),
    ...readFollowUps(database),
    ...readDeliveries(database),
    arrivals: function* (afterSeq = 0) {
      // With setReturnArrays rows are arrays; the types of node:sqlite do not follow.
      const rows = arrivals.iterate(afterSeq) as Iterable<unknown>
      for (const row of rows) yield toArrival(row as SQLOutputValue[])
    },
    arrivalCount: upToSeq => Number(arrivalCount.get(upToSeq)?.['n']),
    lastSeq: () => Number(last.get()?.['seq']),
    decisionsOfModel: version => {
      const row = modelUse.get(version)
      const time = (value: SQLOutputValue | undefined) => (typeof value === 'number' ? value : null)
      return {
        decisions: Number(row?.['n'] ?? 0),
        firstAtMs: time(row?.['first_at_ms']),
        lastAtMs: time(row?.['last_at_ms']),
      }
    },
    count: () => Number(count.get()?.['n'] ?? 0),
    close: () => database.close(),
  }
}

function optional<T>(row: Row | undefined, read: (row: Row) => T): T | undefined {
  return row && read(row)
}

function toStored(row: Row, readDecision: ReturnType<typeof decisionReader>): StoredDecision {
  const [text, checksum] = [String(row['envelope']), row['checksum']]
  if (checksum !== null && checksum !== rowChecksum(text, String(row['decision'])))
    throw new AtalayaError(
      'store_corrupt',
      `decision ${row['id']} is not what was stored`,
      'Look at the store with `atalaya store check`, and restore a backup.',
    )
  const envelope: StoredDecision['envelope'] = JSON.parse(text)
  return {
    seq: Number(row['seq']),
    id: String(row['id']),
    tokenDetail: row['token_detail'] === null ? null : String(row['token_detail']),
    envelope,
    decision: readDecision(String(row['decision']), envelope),
  }
}

function toKeptAnswer(row: Row): KeptAnswer {
  return {
    siteId: String(row['site_id']),
    key: String(row['key']),
    bodyHash: String(row['body_hash']),
    answer: String(row['answer']),
    expiresAtMs: Number(row['expires_at_ms']),
  }
}

function toUsedToken(row: Row): UsedToken {
  return {
    nonceId: String(row['nonce_id']),
    jti: String(row['jti']),
    expiresAtMs: Number(row['expires_at_ms']),
  }
}

/** Columns of `arrivals`: seq, at_ms, amount_minor, then the entities in the order of their kinds, and the kind. */
function toArrival(row: readonly SQLOutputValue[]): Arrival {
  return {
    seq: row[0] as number,
    kind: ARRIVAL_KINDS[row[3 + ENTITY_KINDS.length] as number] ?? 'payment',
    atMs: row[1] as number,
    amountMinor: row[2] as number,
    keys: toKeys(row, 3),
  }
}
