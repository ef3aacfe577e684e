import { sign } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'
import { canonicalJson } from '../base/content-hash.ts'
import { AtalayaError } from '../base/errors.ts'
import { openToRead } from '../files/open-to-read.ts'
import {
  type AuditChange,
  type AuditEntry,
  type Checkpoint,
  checkpointText,
  entryHash,
  FIRST_PREVIOUS,
} from './entry.ts'
import { openAuditKey } from './keys.ts'

const FILE = 'audit.sqlite'
/** Entries between two checkpoints, at most. */
const CHECKPOINT_EVERY = 100
/** How long a process waits for another's entry. */
const BUSY_MS = 5_000

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS checkpoints (
    seq INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    signature TEXT NOT NULL
  ) STRICT;
`

/** Who changed what, in an order that cannot be rearranged unseen. */
export interface AuditLog {
  /** Adds a change; returns once it survives the loss of power. @throws {AtalayaError} `audit_failed` */
  append(change: AuditChange): AuditEntry
  /** Signs the log as it is, unless its last entry is signed already. */
  checkpoint(): void
  close(): void
}

/**
 * Opens the audit log of a data folder for writing. It is a database of its own, since the service and the command
 * line write it at the same time; an entry and its link are one exclusive transaction.
 *
 * @param now UTC epoch ms
 * @throws {AtalayaError} `audit_failed`
 */
export function openAuditLog(folder: string, now: () => number = Date.now): AuditLog {
  const path = join(folder, FILE)
  const key = openAuditKey(folder)
  const database = attempt(path, () => {
    const opened = new DatabaseSync(path, { timeout: BUSY_MS })
    opened.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${SCHEMA}`)
    return opened
  })
  const last = database.prepare('SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1')
  const signed = database.prepare('SELECT max(seq) AS seq FROM checkpoints')
  const insert = database.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  const insertCheckpoint = database.prepare('INSERT INTO checkpoints VALUES (?, ?, ?, ?)')

  const head = () => {
    const row = last.get()
    return { seq: Number(row?.['seq'] ?? 0), hash: String(row?.['hash'] ?? FIRST_PREVIOUS) }
  }
  const signHead = () => {
    const { seq, hash } = head()
    if (seq === Number(signed.get()?.['seq'] ?? 0)) return
    const point = { seq, hash, atMs: now() }
    insertCheckpoint.run(seq, hash, point.atMs, sign(null, checkpointText(point), key).toString('base64url'))
  }
  const exclusively = <T>(work: () => T): T =>
    attempt(path, () => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work()
        database.exec('COMMIT')
        return result
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        throw error
      }
    })
  return {
    append: ({ actor, action, subject, before = null, after = null }) =>
      exclusively(() => {
        const { seq, hash: previous } = head()
        // As JSON and back, so that what is hashed is what is read again.
        const kept = JSON.parse(canonicalJson({ before, after }))
        const bare = { seq: seq + 1, atMs: now(), actor, action, subject, ...kept, previous }
        const entry: AuditEntry = { ...bare, hash: entryHash(bare) }
        insert.run(
          ...[entry.seq, entry.atMs, actor, action, subject],
          ...[canonicalJson(kept.before), canonicalJson(kept.after), previous, entry.hash],
        )
        if (entry.seq - Number(signed.get()?.['seq'] ?? 0) >= CHECKPOINT_EVERY) signHead()
        return entry
      }),
    checkpoint: () => exclusively(signHead),
    close: () => database.close(),
  }
}

/** What the log holds, read without changing it. */
export interface AuditReader {
  /** Oldest first. */
  entries(): Iterable<AuditEntry>
  checkpoints(): Checkpoint[]
  close(): void
}

/** @throws {AtalayaError} `audit_missing`, `audit_failed` */
export function readAuditLog(folder: string): AuditReader {
  const path = join(folder, FILE)
  if (!existsSync(path))
    throw new AtalayaError(
      'audit_missing',
      `there is no audit log in ${folder}`,
      'Name the data folder of a service in --data or ATALAYA_DATA_DIR.',
    )
  const database = attempt(path, () => openToRead(path))
  return {
    entries: function* () {
      for (const row of database.prepare('SELECT * FROM entries ORDER BY seq').iterate()) yield toEntry(row)
    },
    checkpoints: () =>
      database
        .prepare('SELECT * FROM checkpoints ORDER BY seq')
        .all()
        .map(row => ({
          seq: Number(row['seq']),
          hash: String(row['hash']),
          atMs: Number(row['at_ms']),
          signature: String(row['signature']),
        })),
    close: () => database.close(),
  }
}

function toEntry(row: Record<string, SQLOutputValue>): AuditEntry {
  return {
    seq: Number(row['seq']),
    atMs: Number(row['at_ms']),
    actor: String(row['actor']),
    action: String(row['action']),
    subject: String(row['subject']),
    before: parsed(row['before']),
    after: parsed(row['after']),
    previous: String(row['previous']),
    hash: String(row['hash']),
  }
}

/** Text that is no JSON was not written by the log: it stays text, and the hash shows it. */
function parsed(text: SQLOutputValue | undefined): unknown {
  try {
    return JSON.parse(String(text))
  } catch {
    return String(text)
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    if (cause instanceof AtalayaError) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AtalayaError(
      'audit_failed',
      `the audit log ${path} cannot be read or written (${why})`,
      'Give this user the right to write the data folder, make room on its disk, or restore the file from a backup.',
      { cause },
    )
  }
}
