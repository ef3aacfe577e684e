import { COLUMNS, encoder } from '../../packages/server/src/features/index.ts'
import type { HistoryRecord } from '../../packages/server/src/records/record.ts'
import { FeatureTable } from '../../packages/server/src/training/feature-table.ts'
import { type PublicData, replayFiles } from './records.ts'

/** A labelled payment that was kept. */
export interface Kept {
  readonly record: HistoryRecord
  readonly fraud: boolean
}

/**
 * Replays files into a feature table over the whole catalogue.
 *
 * @param keeps whether a record becomes a row; the others are only history
 * @returns the table and, row by row, what it was made of
 * @throws Error naming a kept record that has no label; TrainingError
 */
export async function tableOf<Row>(
  data: PublicData,
  keeps: (record: HistoryRecord) => boolean,
  rowOf: (kept: Kept) => Row,
  say: (line: string) => void,
): Promise<{ readonly table: FeatureTable; readonly rows: readonly Row[] }> {
  const table = new FeatureTable(COLUMNS)
  const encode = encoder(COLUMNS)
  const rows: Row[] = []
  let read = 0
  for await (const { record, event, features } of replayFiles(data, say)) {
    if (++read % 250_000 === 0) say(`${read.toLocaleString('en-US')} payments replayed`)
    if (!keeps(record)) continue
    const { label, receivedAtMs, transaction } = record
    if (label === null) throw new Error(`payment ${transaction.id} has no label`)
    rows.push(rowOf({ record, fraud: label.fraud }))
    table.add(
      {
        ...{ receivedAtMs, amountMinor: event.siteAmountMinor },
        ...{ label: Number(label.fraud), labelObservedAtMs: label.observedAtMs },
        ...{ oracle: Number.NaN, attack: null },
      },
      encode(features),
    )
  }
  return { table, rows }
}
