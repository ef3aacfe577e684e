import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { TrainingError } from '../errors.ts'
import type { TableFile } from './table-file.ts'

/** How a column's text is read as a time. */
export interface TimeColumn {
  readonly column: string
  readonly format?: string
  readonly zone?: string
}

/** A row as it stands in the file: one text a wanted column, one time (UTC epoch ms) a wanted time. */
export interface RawRow {
  /** Where it stands in the file, 1 for the first line; exact unless cells contain line breaks. */
  readonly line: number
  readonly cells: readonly (string | null)[]
  readonly times: readonly (number | null)[]
}

/** A line that is no row at all. */
export interface BrokenLine {
  readonly line: number
  readonly reason: string
}

/** What is wanted of a file. */
export interface RowQuery {
  readonly columns: readonly string[]
  readonly times: readonly TimeColumn[]
  /** Which of `times` orders the rows. */
  readonly order: number
  readonly fromMs?: number
  readonly toMs?: number
}

/** Rows of a file, ready to be read in order of time. */
export interface RowStore {
  readonly rows: number
  readonly broken: readonly BrokenLine[]
  read(): AsyncGenerator<RawRow>
  close(): void
}

const MEMORY_LIMIT = '1GB'

/**
 * Reads the wanted columns of a file into DuckDB, which spills to disk beyond a gigabyte, so that rows can be given
 * in order of time whatever their order in the file.
 *
 * @throws TrainingError `data_unreadable`
 */
export async function loadRows(file: TableFile, query: RowQuery): Promise<RowStore> {
  const spill = mkdtempSync(join(tmpdir(), 'atalaya-import-'))
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: MEMORY_LIMIT,
    temp_directory: spill,
  })
  const connection = await instance.connect()
  const close = () => {
    connection.closeSync()
    instance.closeSync()
    rmSync(spill, { recursive: true, force: true })
  }
  try {
    await connection.run("SET TimeZone = 'UTC'")
    await connection.run(loadStatement(file, query))
    const broken = file.kind === 'csv' ? await rejects(connection) : []
    const rows = Number(
      (await connection.runAndReadAll('SELECT count(*)::INTEGER FROM loaded')).getRows()[0]?.[0],
    )
    return { rows, broken, read: () => readRows(connection, query, file.kind === 'csv', broken), close }
  } catch (cause) {
    close()
    throw unreadable(file, cause)
  }
}

/** The columns a file has; nested values of NDJSON are found by a JSON pointer such as `/card/bin`. */
export async function columnsOf(file: TableFile): Promise<readonly string[]> {
  if (file.kind === 'csv') return file.header
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  try {
    const statement =
      file.kind === 'parquet'
        ? `SELECT column_name FROM (DESCRIBE SELECT * FROM ${source(file)})`
        : `SELECT DISTINCT unnest(json_keys(json)) AS key FROM (FROM ${source(file)} LIMIT 10000) ORDER BY key`
    return (await connection.runAndReadAll(statement)).getRows().map(([name]) => String(name))
  } catch (cause) {
    throw unreadable(file, cause)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

function loadStatement(file: TableFile, { columns, times }: RowQuery): string {
  const cells = columns.map((column, index) => `${cell(file, column)} AS c${index}`)
  const parsed = times.map((time, index) => `${timeExpression(cell(file, time.column), time)} AS t${index}`)
  return `CREATE TEMP TABLE loaded AS SELECT (row_number() OVER ())::DOUBLE AS n, ${[...cells, ...parsed].join(', ')} FROM ${source(file)}`
}

function source({ path, kind, delimiter, header }: TableFile): string {
  if (kind === 'parquet') return `read_parquet(${text(path)})`
  if (kind === 'ndjson') return `read_ndjson_objects(${text(path)}, ignore_errors = true)`
  const types = header.map(name => `${text(name)}: 'VARCHAR'`).join(', ')
  return `read_csv(${text(path)}, auto_detect = false, header = true, columns = {${types}}, delim = ${text(delimiter)}, quote = '"', escape = '"', strict_mode = true, store_rejects = true, rejects_limit = 0)`
}

function cell({ kind }: TableFile, column: string): string {
  if (kind === 'csv') return name(column)
  if (kind === 'parquet') return `CAST(${name(column)} AS VARCHAR)`
  const pointer = column.startsWith('/') ? column : `/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return `json_extract_string(json, ${text(pointer)})`
}

/** UTC epoch ms of a text, NULL when it is no time. */
function timeExpression(value: string, { format = 'iso', zone = 'UTC' }: TimeColumn): string {
  if (format === 'epoch_ms') return `try_cast(${value} AS DOUBLE)`
  if (format === 'epoch_s') return `try_cast(${value} AS DOUBLE) * 1000`
  const local = (timestamp: string) => `epoch_ms(${timestamp} AT TIME ZONE ${text(zone)})::DOUBLE`
  if (format !== 'iso') return local(`try_strptime(${value}, ${text(format)})`)
  return (
    `CASE WHEN regexp_matches(${value}, '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$') AND length(${value}) > 10 ` +
    `THEN epoch_ms(try_cast(${value} AS TIMESTAMPTZ))::DOUBLE ELSE ${local(`try_cast(${value} AS TIMESTAMP)`)} END`
  )
}

/** A line can fail in several columns; the first is enough. */
async function rejects(connection: DuckDBConnection): Promise<BrokenLine[]> {
  const found = await connection.runAndReadAll(
    'SELECT line::DOUBLE, first(error_type), first(error_message) FROM reject_errors GROUP BY line ORDER BY line',
  )
  return found.getRows().map(([line, type, message]) => ({
    line: Number(line),
    reason: `${String(type).toLowerCase()}: ${message}`,
  }))
}

async function* readRows(
  connection: DuckDBConnection,
  { columns, times, order, fromMs, toMs }: RowQuery,
  hasHeader: boolean,
  broken: readonly BrokenLine[],
): AsyncGenerator<RawRow> {
  const key = `t${order}`
  const bounds = [
    ...(fromMs === undefined ? [] : [`${key} >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [`${key} < ${toMs}`]),
  ]
  const where = bounds.length > 0 ? `WHERE ${key} IS NULL OR (${bounds.join(' AND ')})` : ''
  const result = await connection.stream(`SELECT * FROM loaded ${where} ORDER BY ${key} NULLS FIRST, n`)
  for await (const chunk of result) {
    const [numbers = [], ...rest] = chunk.getColumns()
    for (let row = 0; row < chunk.rowCount; row++) {
      const cells = columns.map((_, index) => rest[index]?.[row] as string | null)
      const at = times.map((_, index) => rest[columns.length + index]?.[row] as number | null)
      yield { line: lineOf(Number(numbers[row]) + (hasHeader ? 1 : 0), broken), cells, times: at }
    }
  }
}

/** Broken lines are no rows, so each one above moves a row one line down. */
function lineOf(line: number, broken: readonly BrokenLine[]): number {
  let moved = line
  for (const above of broken) {
    if (above.line > moved) break
    moved++
  }
  return moved
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`
const name = (value: string) => `"${value.replaceAll('"', '""')}"`

function unreadable({ path }: TableFile, cause: unknown): TrainingError {
  const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return new TrainingError(
    'data_unreadable',
    `data file ${path} cannot be read: ${why}`,
    'Check the file and its kind.',
    {
      cause,
    },
  )
}
