import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../../base/errors.ts'
import { LAST_SEQ } from './statements.ts'

/**
 * The last commit that was acknowledged, told beside the store. SQLite drops everything after the first damaged frame
 * of its log without a word, as if it had never been written; so do a log that was deleted and an older copy of the
 * store put in its place. This file then says more than the store holds.
 *
 * It is written after each commit and not synchronised: it outlives the process and costs some microseconds. After
 * the loss of power it may be older than the store, which shows nothing and refuses nothing.
 */
const FILE = 'store.head'
/** One short write at the start of the file, padded: a kill leaves the old text or the new one. */
const BYTES = 256

const HeadSchema = Type.Object(
  {
    format: Type.Literal('atalaya-head/1'),
    /** The last place in the order of arrival that was committed. */
    seq: Type.Integer({ minimum: 0 }),
    /** The last token whose use was committed. */
    token: Type.Union([
      Type.Null(),
      Type.Object({ nonceId: Type.String(), expiresAtMs: Type.Integer({ minimum: 0 }) }),
    ]),
  },
  { additionalProperties: false },
)
export type StoreHead = Static<typeof HeadSchema>
const document = Compile(HeadSchema)

/** Keeps the head of a data folder's store. */
export interface HeadFile {
  write(head: Omit<StoreHead, 'format'>): void
  close(): void
}

/** @throws the file system's fault when the file cannot be opened */
export function openHeadFile(folder: string): HeadFile {
  // Made when it is missing, and otherwise kept as it is until the first commit.
  closeSync(openSync(join(folder, FILE), 'a', 0o600))
  const file = openSync(join(folder, FILE), 'r+')
  return {
    write: head => {
      const text = JSON.stringify({ format: 'atalaya-head/1', ...head })
      try {
        writeSync(file, `${text.padEnd(BYTES - 1)}\n`, 0)
      } catch {
        // It is then older than the store and shows less; no decision waits for it.
      }
    },
    close: () => closeSync(file),
  }
}

/** What was acknowledged last; `undefined` when nothing tells it. */
export function readHeadFile(folder: string): StoreHead | undefined {
  try {
    const head: unknown = JSON.parse(readFileSync(join(folder, FILE), 'utf8'))
    return document.Check(head) ? head : undefined
  } catch {
    return undefined
  }
}

/** Forgets what was acknowledged, when somebody decided to go on without what is missing. */
export function removeHeadFile(folder: string): void {
  rmSync(join(folder, FILE), { force: true })
}

/** What was acknowledged and is not in the store, in words; `undefined` when nothing is missing. */
export function missingFromStore(
  database: DatabaseSync,
  { seq, token }: StoreHead,
  nowMs: number,
): string | undefined {
  const tables = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'labels'").get()
  if (!tables) return 'it has no tables: its log is gone'
  const last = Number(database.prepare(LAST_SEQ).get()?.['seq'])
  if (last < seq) return `it ends at place ${last} of the order of arrival, and place ${seq} was acknowledged`
  if (!token || token.expiresAtMs < nowMs) return undefined
  const used = database.prepare('SELECT 1 FROM used_tokens WHERE nonce_id = ?').get(token.nonceId)
  return used ? undefined : 'the use of the last token that was acknowledged is not in it'
}

/**
 * Refuses a store that holds less than was acknowledged. It is only read: opening it for writing would bring the rest
 * of a damaged log out of the way, and with it what may yet be saved.
 *
 * @throws {AtalayaError} `store_behind`, or what the database says
 */
export function requireAcknowledged(folder: string, path: string): void {
  const head = readHeadFile(folder)
  if (!head) return
  if (!existsSync(path)) throw behind(path, 'it is gone')
  const database = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  try {
    const missing = missingFromStore(database, head, Date.now())
    if (missing !== undefined) throw behind(path, missing)
  } finally {
    database.close()
  }
}

const behind = (path: string, missing: string) =>
  new AtalayaError(
    'store_behind',
    `the store ${path} holds less than was acknowledged: ${missing}`,
    'Put its -wal file back or restore a backup; `atalaya store accept-loss` goes on without what is missing.',
  )
