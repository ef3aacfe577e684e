import { once } from 'node:events'
import { createWriteStream, existsSync, renameSync, rmSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { TrainingError } from './errors.ts'
import { type FeatureTable, UNKNOWN_LABEL } from './feature-table.ts'
import type { Split } from './split.ts'

/** Columns in front of the features; none of them may be learnt from. */
export const FACT_COLUMNS = [
  'received_at_ms',
  'amount_minor',
  'label',
  'label_observed_at_ms',
  'split',
] as const

const SLICES = ['train', 'validation', 'calibration', 'test'] as const

/**
 * Writes a feature table with its labels, times and slices as CSV or Parquet, by the name of the file. A missing value
 * is an empty cell or null; numbers are float32 to the bit.
 *
 * @param columns places of the features that are written
 * @throws TrainingError `training_options` for another kind of file
 */
export async function writeFeatures(
  table: FeatureTable,
  split: Split,
  path: string,
  columns: readonly number[],
  onRow: (done: number) => void = () => undefined,
): Promise<void> {
  const isParquet = /\.parquet$/i.test(path)
  if (!isParquet && !/\.csv$/i.test(path))
    throw new TrainingError(
      'training_options',
      `${path} is of no kind that can be written`,
      'Name a file that ends in .csv or .parquet.',
    )
  const csv = `${path}.writing.csv`
  const packed = `${path}.writing`
  try {
    await writeCsv(table, split, csv, columns, onRow)
    if (isParquet)
      await toParquet(
        csv,
        packed,
        columns.map(place => table.columns[place] as string),
      )
    renameSync(isParquet ? packed : csv, path)
  } finally {
    for (const file of [csv, packed]) if (existsSync(file)) rmSync(file)
  }
}

async function writeCsv(
  table: FeatureTable,
  split: Split,
  path: string,
  columns: readonly number[],
  onRow: (done: number) => void,
): Promise<void> {
  const sliceOf = new Map<number, string>(
    SLICES.flatMap(name => Array.from(split[name], row => [row, name] as const)),
  )
  const stream = createWriteStream(path)
  const done = finished(stream)
  stream.write(`${[...FACT_COLUMNS, ...columns.map(place => table.columns[place])].join(',')}\n`)
  for (let row = 0; row < table.rows; row++) {
    const { receivedAtMs, amountMinor, label, labelObservedAtMs } = table.facts(row)
    const values = Array.from(table.gather([row], columns), cell)
    const known = label === UNKNOWN_LABEL ? '' : String(label)
    const facts = [receivedAtMs, amountMinor, known, cell(labelObservedAtMs), sliceOf.get(row) ?? '']
    if (!stream.write(`${[...facts, ...values].join(',')}\n`))
      await Promise.race([once(stream, 'drain'), done])
    if (row % 1000 === 0) onRow(row)
  }
  stream.end()
  await done
}

const cell = (value: number) => (Number.isNaN(value) ? '' : String(value))

async function toParquet(csv: string, path: string, columns: readonly string[]): Promise<void> {
  const types = {
    ...{ received_at_ms: 'BIGINT', amount_minor: 'DOUBLE', label: 'TINYINT' },
    ...{ label_observed_at_ms: 'BIGINT', split: 'VARCHAR' },
    ...Object.fromEntries(columns.map(column => [column, 'FLOAT'])),
  }
  const list = Object.entries(types).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`)
  const instance = await DuckDBInstance.create(':memory:')
  try {
    const connection = await instance.connect()
    await connection.run(
      `COPY (SELECT * FROM read_csv(${quoted(csv)}, header = true, columns = {${list.join(', ')}}))
       TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`,
    )
    connection.closeSync()
  } finally {
    instance.closeSync()
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`
