import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { INSERT_DELIVERY, PURGE_DELIVERIES, UPDATE_DELIVERY } from './delivery-rows.ts'
import { storeFault } from './faults.ts'
import { type FollowUpRows, INSERT_LABEL, INSERT_MARK, INSERT_OUTCOME } from './follow-up-rows.ts'
import { openHeadFile, type StoreHead } from './head-file.ts'
import type { BatchRows, WriterData, WriterReply, WriterRequest } from './messages.ts'
import { migrate } from './migrations.ts'
import { rowChecksum } from './row-checksum.ts'
import {
  INSERT_ARRIVAL,
  INSERT_DECISION,
  INSERT_FEATURE_LIST,
  INSERT_KEPT_ANSWER,
  INSERT_USED_TOKEN,
  LAST_SEQ,
} from './statements.ts'

/**
 * The one thread that writes the store. WAL with `synchronous=FULL`: a commit returns after its fsync, so what was
 * acknowledged survives the loss of power, and readers never wait.
 */
const { path, featureList } = workerData as WriterData

try {
  const database = new DatabaseSync(path, { timeout: 0 })
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000')
  migrate(database)
  database.prepare(INSERT_FEATURE_LIST).run(featureList.version, featureList.names)
  serve(database)
  reply({ kind: 'ready' })
} catch (error) {
  replyFault(error)
}

function serve(database: DatabaseSync): void {
  const decision = database.prepare(INSERT_DECISION)
  const arrival = database.prepare(INSERT_ARRIVAL)
  const usedToken = database.prepare(INSERT_USED_TOKEN)
  const keptAnswer = database.prepare(INSERT_KEPT_ANSWER)
  const followUps = { outcomes: database.prepare(INSERT_OUTCOME), labels: database.prepare(INSERT_LABEL) }
  const mark = database.prepare(INSERT_MARK)
  const insertDelivery = database.prepare(INSERT_DELIVERY)
  const updateDelivery = database.prepare(UPDATE_DELIVERY)
  const purgeDeliveries = database.prepare(PURGE_DELIVERIES)
  const purgeTokens = database.prepare('DELETE FROM used_tokens WHERE expires_at_ms < ?')
  const probeIn = database.prepare("INSERT INTO feature_lists (version, names) VALUES ('probe', '[]')")
  const probeOut = database.prepare("DELETE FROM feature_lists WHERE version = 'probe'")
  const purgeAnswers = database.prepare('DELETE FROM kept_answers WHERE expires_at_ms < ?')

  const head = openHeadFile(dirname(path))
  const acknowledged = acknowledgedIn(Number(database.prepare(LAST_SEQ).get()?.['seq']))

  const insertFollowUp = (rows: FollowUpRows) => {
    followUps[rows.table].run(...rows.followUp)
    if (rows.mark) mark.run(...rows.mark)
  }
  const insert = (rows: BatchRows) => {
    if ('delivery' in rows) {
      updateDelivery.run(...rows.delivery)
      return
    }
    if ('messages' in rows) for (const message of rows.messages ?? []) insertDelivery.run(...message)
    if ('table' in rows) {
      insertFollowUp(rows)
      return
    }
    if ('decision' in rows) {
      // Here and not where the row is made, which is on the way of every answer.
      const [envelope, text] = rows.decision.slice(-2)
      decision.run(...rows.decision, rowChecksum(String(envelope), String(text)))
      arrival.run(...rows.arrival)
    }
    if (rows.usedToken) usedToken.run(...rows.usedToken)
    if (rows.keptAnswer) keptAnswer.run(...rows.keptAnswer)
  }
  const handle = (request: WriterRequest) => {
    if (request.kind === 'close') {
      database.close()
      head.close()
      return
    }
    database.exec('BEGIN IMMEDIATE')
    try {
      if (request.kind === 'commit') for (const rows of request.batch) insert(rows)
      else {
        // Pages are written also when nothing has expired: whoever asks learns whether the disk takes anything. An
        // update to the same would not do, since SQLite compares.
        probeIn.run()
        probeOut.run()
        purgeTokens.run(request.nowMs)
        purgeAnswers.run(request.nowMs)
        purgeDeliveries.run(request.nowMs, request.nowMs)
      }
      database.exec('COMMIT')
      if (request.kind === 'commit') head.write(acknowledged(request.batch))
    } catch (error) {
      // After some faults (disk full) SQLite has rolled back by itself.
      if (database.isTransaction) database.exec('ROLLBACK')
      throw error
    }
  }

  parentPort?.on('message', (request: WriterRequest) => {
    try {
      handle(request)
      reply({ kind: 'done' })
    } catch (error) {
      replyFault(error)
    }
    if (request.kind === 'close') parentPort?.close()
  })
}

/** Follows what the commits so far hold last: a batch need not be in the order of arrival. */
function acknowledgedIn(lastSeq: number) {
  let seq = lastSeq
  let token: StoreHead['token'] = null
  return (batch: readonly BatchRows[]) => {
    for (const rows of batch) {
      if ('decision' in rows) seq = Math.max(seq, Number(rows.decision[0]))
      else if ('table' in rows) seq = Math.max(seq, Number(rows.followUp[0]))
      if ('usedToken' in rows && rows.usedToken)
        token = { nonceId: String(rows.usedToken[0]), expiresAtMs: Number(rows.usedToken[2]) }
    }
    return { seq, token }
  }
}

function reply(message: WriterReply): void {
  parentPort?.postMessage(message)
}

function replyFault(error: unknown): void {
  const { code, message, mend } = storeFault(error, path)
  reply({ kind: 'fault', code, message, mend })
}
