import { COLUMNS, encoder } from '../features/index.ts'
import { FeatureTable, UNKNOWN_LABEL } from './feature-table.ts'
import { Replay, type ReplayOptions } from './replay.ts'
import { type RecordSource, readSource, recordHash } from './source.ts'

export interface TableOptions extends Omit<ReplayOptions, 'site'> {
  /** Default: every column of the catalogue. */
  readonly columns?: readonly string[]
  /** Called now and then with the number of records read. */
  readonly onProgress?: (records: number) => void
}

/** A table and the hash of the records it was made of. */
export interface BuiltTable {
  readonly table: FeatureTable
  readonly sha256: string
}

/**
 * Replays a source into feature rows, each as it would have been computed in service at that moment.
 *
 * @throws AtalayaError `unknown_column`, `currency_without_rate`, and those of the source
 */
export async function buildTable(source: RecordSource, options: TableOptions): Promise<BuiltTable> {
  const { columns = COLUMNS, onProgress = () => undefined, ...rest } = options
  const table = new FeatureTable(columns)
  const encode = encoder(columns)
  const replay = new Replay({ ...rest, site: source.site })
  const hash = recordHash()
  for await (const record of readSource(source, hash, onProgress)) {
    const { event, features } = replay.next(record)
    const { label } = record
    table.add(
      {
        receivedAtMs: record.receivedAtMs,
        amountMinor: event.siteAmountMinor,
        label: label === null ? UNKNOWN_LABEL : Number(label.fraud),
        labelObservedAtMs: label?.observedAtMs ?? Number.NaN,
        oracle: record.oracle ?? Number.NaN,
        attack: record.attack ?? null,
      },
      encode(features),
    )
  }
  return { table, sha256: hash.digest('hex') }
}
