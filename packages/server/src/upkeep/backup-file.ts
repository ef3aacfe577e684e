import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { readJson } from '../sites/index.ts'

export const BACKUP_FILE = 'backup.json'
const CHUNK_BYTES = 1 << 20

/** What a backup says of itself, in `backup.json`. */
const BackupSchema = Type.Object(
  {
    format: Type.Literal('atalaya-backup/1'),
    createdAtMs: Type.Integer({ minimum: 0 }),
    decisions: Type.Integer({ minimum: 0 }),
    lastSeq: Type.Integer({ minimum: 0, description: 'Last place in the order of arrival that is in it' }),
    files: Type.Array(
      Type.Object(
        {
          // Below the backup and nowhere else: these are the names that a restore writes to.
          path: Type.String({ pattern: '^[^/\\\\.][^/\\\\]*(/[^/\\\\.][^/\\\\]*)*$' }),
          bytes: Type.Integer({ minimum: 0 }),
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type Backup = Static<typeof BackupSchema>
export type BackedUpFile = Backup['files'][number]
const document = Compile(BackupSchema)

/** @throws {AtalayaError} `backup_missing`, or `file_invalid` naming the field */
export function readBackup(folder: string): Backup {
  const backup = readJson(join(folder, BACKUP_FILE), document)
  if (backup) return backup
  throw new AtalayaError(
    'backup_missing',
    `there is no backup in ${folder}`,
    'Name the folder that `atalaya store backup` made.',
  )
}

/** Size and SHA-256 of a file, which is on the disk when this returns. */
export function sealed(folder: string, path: string): BackedUpFile {
  const file = openSync(join(folder, path), 'r')
  try {
    const hash = createHash('sha256')
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
    let bytes = 0
    for (;;) {
      const read = readSync(file, chunk)
      if (read === 0) break
      hash.update(chunk.subarray(0, read))
      bytes += read
    }
    fsyncSync(file)
    return { path, bytes, sha256: hash.digest('hex') }
  } finally {
    closeSync(file)
  }
}

/** Makes what was put into or renamed within a folder survive the loss of power. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
