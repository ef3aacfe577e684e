import { createHash, type Hash } from 'node:crypto'
import type { SiteSettings } from '../features/index.ts'
import type { HistoryRecord } from '../records/record.ts'

/** Where history records come from; they can be read more than once and are the same each time. */
export interface RecordSource {
  /** For the manifest: history, csv, ndjson, parquet or simulation. */
  readonly type: string
  /** Number of records, when it is known beforehand; for progress. */
  readonly rows: number | null
  /** False when no record can carry a session, so that nothing is searched for a pre-score. */
  readonly mayHaveSessions: boolean
  readonly site: SiteSettings
  records(): AsyncIterable<HistoryRecord>
}

/**
 * Reads a source and hashes its records on the way.
 *
 * @param hash null to read only
 * @param onRecord called with the number of records read so far
 */
export async function* readSource(
  source: RecordSource,
  hash: Hash | null,
  onRecord: (count: number) => void,
): AsyncGenerator<HistoryRecord> {
  let count = 0
  for await (const record of source.records()) {
    hash?.update(`${JSON.stringify(record)}\n`)
    count++
    if (count % 1000 === 0) onRecord(count)
    yield record
  }
  onRecord(count)
}

/** The hash that {@link readSource} feeds. */
export function recordHash(): Hash {
  return createHash('sha256')
}
