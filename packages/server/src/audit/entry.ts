import { createHash } from 'node:crypto'
import Type, { type Static } from 'typebox'
import { canonicalJson } from '../base/content-hash.ts'

const hash = Type.String({ pattern: '^[0-9a-f]{64}$' })

/**
 * One change, and its link to all changes before it.
 *
 * @property actor who did it: `cli:<user>`, `service`, or an account of the console
 * @property action what was done, for example `site.key_rotated`
 * @property subject what it was done to: an id, never personal data
 * @property before what is kept of the subject's state before; null when there was none. Never a secret
 * @property previous hash of the entry before; 64 zeros for the first
 * @property hash SHA-256 over the canonical JSON of all the rest
 */
export const AuditEntrySchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    atMs: Type.Integer({ minimum: 0 }),
    actor: Type.String({ minLength: 1 }),
    action: Type.String({ pattern: '^[a-z]+(\\.[a-z_]+)+$' }),
    subject: Type.String(),
    before: Type.Unknown(),
    after: Type.Unknown(),
    previous: hash,
    hash,
  },
  { additionalProperties: false },
)
export type AuditEntry = Static<typeof AuditEntrySchema>

/** What a caller says of a change; the log adds place, time and links. */
export type AuditChange = Pick<AuditEntry, 'actor' | 'action' | 'subject'> &
  Partial<Pick<AuditEntry, 'before' | 'after'>>

/**
 * A signature over the log up to an entry. Whoever can rewrite the file and not sign cannot rewrite what lies before
 * the last checkpoint; whoever keeps a checkpoint elsewhere can prove what the log said then.
 */
export const CheckpointSchema = Type.Object(
  {
    seq: Type.Integer({ minimum: 1 }),
    hash,
    atMs: Type.Integer({ minimum: 0 }),
    signature: Type.String({ description: 'Ed25519, base64url' }),
  },
  { additionalProperties: false },
)
export type Checkpoint = Static<typeof CheckpointSchema>

export const FIRST_PREVIOUS = '0'.repeat(64)

/** The hash an entry must carry. */
export function entryHash({
  hash: _,
  ...entry
}: AuditEntry | (Omit<AuditEntry, 'hash'> & { hash?: string })): string {
  return createHash('sha256').update(canonicalJson(entry)).digest('hex')
}

/** The bytes that a checkpoint signs. */
export function checkpointText({ seq, hash: head, atMs }: Omit<Checkpoint, 'signature'>): Uint8Array {
  return Buffer.from(`atalaya-audit/1\n${seq}\n${head}\n${atMs}\n`)
}
