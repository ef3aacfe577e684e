import { type KeyObject, verify } from 'node:crypto'
import { type AuditEntry, type Checkpoint, checkpointText, entryHash, FIRST_PREVIOUS } from './entry.ts'

/** What is wrong with a log, and where it begins to be. */
export interface AuditFault {
  readonly seq: number
  readonly what: string
}

/**
 * What was found.
 *
 * @property unsigned entries after the last good checkpoint: their order is linked, but whoever may write the file could
 *   have made them anew
 */
export interface AuditReport {
  readonly entries: number
  readonly checkpoints: number
  readonly unsigned: number
  readonly firstAtMs: number | null
  readonly lastAtMs: number | null
  readonly faults: readonly AuditFault[]
}

/** Checks every link and every signature. Needs the log and the public key alone, so it runs anywhere. */
export function verifyAudit(
  entries: Iterable<AuditEntry>,
  checkpoints: readonly Checkpoint[],
  publicKey: KeyObject,
): AuditReport {
  const faults: AuditFault[] = []
  const points = new Map(checkpoints.map(point => [point.seq, point]))
  let previous = FIRST_PREVIOUS
  let seq = 0
  let signedTo = 0
  let firstAtMs: number | null = null
  let lastAtMs: number | null = null
  for (const entry of entries) {
    seq += 1
    if (entry.seq !== seq) {
      faults.push({ seq, what: `entry ${seq} is missing: the next is ${entry.seq}` })
      seq = entry.seq
    } else if (entry.previous !== previous)
      faults.push({
        seq,
        what: 'it is not linked to the entry before: an entry was put in, taken out or changed',
      })
    if (entryHash(entry) !== entry.hash) faults.push({ seq, what: 'its content is not what its hash says' })
    const point = points.get(seq)
    if (point) {
      const fault = checkpointFault(point, entry, publicKey)
      if (fault) faults.push({ seq, what: fault })
      else signedTo = seq
      points.delete(seq)
    }
    firstAtMs ??= entry.atMs
    lastAtMs = entry.atMs
    previous = entry.hash
  }
  for (const point of points.keys())
    faults.push({ seq: point, what: 'a checkpoint signs this entry and it is missing: the log was cut' })
  return {
    ...{ entries: seq, checkpoints: checkpoints.length, unsigned: seq - signedTo },
    ...{ firstAtMs, lastAtMs, faults },
  }
}

function checkpointFault(point: Checkpoint, entry: AuditEntry, publicKey: KeyObject): string | undefined {
  if (point.hash !== entry.hash) return 'its checkpoint was made for another content'
  const signature = Buffer.from(point.signature, 'base64url')
  if (!verify(null, checkpointText(point), publicKey, signature))
    return 'the signature of its checkpoint is not of this key'
  return undefined
}
