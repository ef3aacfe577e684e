import { hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ENTITY_KINDS } from '../events/entities.ts'
import type { Arrival } from '../store/index.ts'

export const SNAPSHOT_FILE = 'history.snapshot'
/** Raise the number with every change of the layout. */
const MAGIC = 'ATSTATE2'
const HASH_BYTES = 32
/** Magic, seq, number of arrivals, mark of the last arrival, checksum of all that and the history. */
const HEADER_BYTES = MAGIC.length + 8 + 8 + HASH_BYTES + HASH_BYTES

/** The velocity history as it was after an arrival; what came later is repeated from the store. */
export interface HistorySnapshot {
  /** Place of the last arrival in it. */
  readonly seq: number
  /** How many arrivals are in it. */
  readonly arrivals: number
  /** {@link markOf} that last arrival: a store put back from a backup has another one there, or none. */
  readonly mark: Buffer
  /** As `History.snapshot` gives it, with its own keyed checksum. */
  readonly history: Uint8Array
}

/** What tells one arrival from every other that could stand in its place. */
export function markOf({ seq, kind, atMs, amountMinor, keys }: Arrival): Buffer {
  return sha256(JSON.stringify([seq, kind, atMs, amountMinor, ...ENTITY_KINDS.map(entity => keys[entity])]))
}

/** Writes the snapshot of a data folder whole or not at all, also when the power fails. */
export function writeSnapshotFile(folder: string, { seq, arrivals, mark, history }: HistorySnapshot): void {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 'latin1')
  header.writeBigUInt64LE(BigInt(seq), 8)
  header.writeBigUInt64LE(BigInt(arrivals), 16)
  mark.copy(header, 24)
  checksum(header, history).copy(header, 24 + HASH_BYTES)
  const path = join(folder, SNAPSHOT_FILE)
  const temporary = `${path}.tmp`
  const file = openSync(temporary, 'w', 0o600)
  try {
    for (const part of [header, history]) {
      for (let done = 0; done < part.length; ) done += writeSync(file, part, done)
    }
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, path)
}

/** The snapshot of a data folder; `undefined` when there is none that is whole and of this build's layout. */
export function readSnapshotFile(folder: string): HistorySnapshot | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(join(folder, SNAPSHOT_FILE))
  } catch {
    // Missing or unreadable: a snapshot only saves time, and the store has everything in it.
    return undefined
  }
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  const header = bytes.subarray(0, HEADER_BYTES)
  // Not a Buffer, whose `slice` is another than that of the bytes the history wants.
  const history = new Uint8Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES, bytes.length - HEADER_BYTES)
  if (!checksum(header, history).equals(header.subarray(24 + HASH_BYTES))) return undefined
  return {
    seq: Number(header.readBigUInt64LE(8)),
    arrivals: Number(header.readBigUInt64LE(16)),
    mark: header.subarray(24, 24 + HASH_BYTES),
    history,
  }
}

/** Forgets what a snapshot remembers: after arrivals were deleted from the store, for example by an erasure. */
export function removeSnapshotFile(folder: string): void {
  rmSync(join(folder, SNAPSHOT_FILE), { force: true })
}

function checksum(header: Buffer, history: Uint8Array): Buffer {
  return sha256(Buffer.concat([header.subarray(0, 24 + HASH_BYTES), sha256(history)]))
}

function sha256(data: string | Uint8Array): Buffer {
  return Buffer.from(hash('sha256', data, 'binary'), 'binary')
}
