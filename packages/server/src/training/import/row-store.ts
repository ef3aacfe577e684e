import type { DuckDBConnection } from '@duckdb/node-api'
import { DuckDBInstance } from '@duckdb/node-api'
import { TrainingError } from '../errors.ts'
import type { Progress } from '../progress.ts'
import { type BrokenLine, brokenShifts, lineOf, readBroken } from './broken-lines.ts'
import type { Place } from './place.ts'
import { cell, source, type TimeColumn, timeExpression } from './sql.ts'
import type { OpenedFile, TableFile } from './table-file.ts'

/** A row as it stands in the file: one text a wanted column, one time (UTC epoch ms) a wanted time. */
export interface RawRow extends Place {
  readonly cells: readonly (string | null)[]
  readonly times: readonly (number | null)[]
  /** It is no row at all. */
  readonly isBroken: boolean
  /** An earlier row with the same identity, and whether all of its cells are the same. */
  readonly repeats: { readonly of: Place; readonly whole: boolean } | null
}

/** What is wanted of the files. */
export interface RowQuery {
  /** Every column that is loaded; a file without one has it empty. */
  readonly columns: readonly string[]
  readonly times: readonly TimeColumn[]
  /** Which of `times` orders the rows. */
  readonly order: number
  /** Columns that together name a row; none: rows have no names. */
  readonly identity: readonly string[]
  readonly fromMs?: number
  readonly toMs?: number
}

/** Rows of files, ready to be read in order of time and to be asked about. */
export interface RowStore {
  readonly rows: number
  readonly broken: number
  /** The wanted columns of each row, in order of time; rows without a time first. */
  read(columns: readonly string[]): AsyncGenerator<RawRow>
  brokenLines(): AsyncGenerator<BrokenLine>
  /** Asks the table `loaded`; {@link sqlColumn} says how its columns are called. */
  query(statement: string): Promise<readonly (readonly unknown[])[]>
  /** The time that orders the rows, as SQL: UTC epoch ms. */
  readonly time: string
  /** The name of a loaded column in SQL. */
  sqlColumn(column: string): string
  /** Where the row of that running number stands. */
  place(file: number, running: number): Place
  close(): void
}

/** Of DuckDB; what does not fit spills to disk. */
const MEMORY_LIMIT = '512MB'

/**
 * Reads files into one DuckDB table, which spills to disk beyond its memory limit, so that rows can be given in order
 * of time whatever their order in the files.
 *
 * @param folder takes what spills
 * @throws TrainingError `data_unreadable`
 */
export async function loadRows(
  files: readonly OpenedFile[],
  query: RowQuery,
  folder: string,
  progress: Progress,
): Promise<RowStore> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '2',
    memory_limit: MEMORY_LIMIT,
    temp_directory: folder,
  })
  const connection = await instance.connect()
  const close = () => {
    connection.closeSync()
    instance.closeSync()
  }
  try {
    await connection.run(
      "SET TimeZone = 'UTC'; SET enable_progress_bar = true; SET enable_progress_bar_print = false",
    )
    await connection.run(tableStatement(query))
    const offsets: number[] = []
    for (const [index, file] of files.entries()) {
      progress.phase(`reading ${file.path}`, 100)
      const [[last = 0] = []] = await ask(connection, 'SELECT coalesce(max(g), 0) FROM loaded')
      offsets.push(Number(last))
      const statement = insertStatement(file, index, Number(last), query)
      await watched(connection, statement, progress).catch(cause => {
        throw unreadable(file.path, cause)
      })
    }
    // One after the other: a connection has one stream at a time.
    const shifts: Float64Array[] = []
    for (const [index, file] of files.entries()) shifts.push(await brokenShifts(connection, file, index))
    const place = (file: number, running: number): Place => ({
      file,
      line: lineOf(
        running - (offsets[file] ?? 0) + (files[file]?.kind === 'csv' ? 1 : 0),
        shifts[file] ?? new Float64Array(),
      ),
    })
    const [[rows] = []] = await ask(connection, 'SELECT count(*)::INTEGER FROM loaded')
    const hasRepeats = await findRepeats(connection, query)
    return {
      rows: Number(rows),
      time: `t${query.order}`,
      broken: shifts.reduce((sum, { length }) => sum + length, 0),
      read: columns => readRows(connection, query, columns, hasRepeats, place),
      brokenLines: () => readBroken(connection, files),
      query: statement => ask(connection, statement),
      sqlColumn: column => sqlColumn(query, column),
      place,
      close,
    }
  } catch (cause) {
    close()
    throw cause instanceof TrainingError ? cause : unreadable(files.map(({ path }) => path).join(', '), cause)
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
        ? `SELECT column_name FROM (DESCRIBE SELECT * FROM ${source(file, 0)})`
        : `SELECT DISTINCT unnest(json_keys(json)) AS key FROM (FROM ${source(file, 0)} WHERE json_type(json) = 'OBJECT' LIMIT 10000) ORDER BY key`
    return (await ask(connection, statement)).map(([name]) => String(name))
  } catch (cause) {
    throw unreadable(file.path, cause)
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

const WATCH_MS = 200

async function watched(connection: DuckDBConnection, statement: string, progress: Progress): Promise<void> {
  const timer = setInterval(
    () => progress.update(Math.max(0, Math.floor(connection.progress.percentage))),
    WATCH_MS,
  )
  try {
    await connection.run(statement)
  } finally {
    clearInterval(timer)
  }
}

async function ask(
  connection: DuckDBConnection,
  statement: string,
): Promise<readonly (readonly unknown[])[]> {
  return (await connection.runAndReadAll(statement)).getRows()
}

function tableStatement({ columns, times }: RowQuery): string {
  const cells = columns.map((_, index) => `c${index} VARCHAR`)
  const parsed = times.map((_, index) => `t${index} DOUBLE`)
  return `CREATE TEMP TABLE loaded (file INTEGER, g DOUBLE, broken BOOLEAN, ${[...cells, ...parsed].join(', ')})`
}

function insertStatement(
  file: OpenedFile,
  index: number,
  offset: number,
  { columns, times, order, fromMs, toMs }: RowQuery,
): string {
  const of = (column: string) =>
    column.startsWith('/') || file.columns.includes(column) ? cell(file, column) : 'NULL'
  const cells = columns.map((column, at) => `${of(column)} AS c${at}`)
  const parsed = times.map((time, at) => `${timeExpression(of(time.column), time)} AS t${at}`)
  const broken = file.kind === 'ndjson' ? "coalesce(json_type(json) <> 'OBJECT', true)" : 'false'
  const key = `t${order}`
  const bounds = [
    ...(fromMs === undefined ? [] : [`${key} >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [`${key} < ${toMs}`]),
  ]
  const where = bounds.length > 0 ? `WHERE ${key} IS NULL OR (${bounds.join(' AND ')})` : ''
  return (
    `INSERT INTO loaded SELECT * FROM (SELECT ${index}, (row_number() OVER ())::DOUBLE + ${offset} AS g, ${broken}, ` +
    `${[...cells, ...parsed].join(', ')} FROM ${source(file, index)}) ${where}`
  )
}

function sqlColumn({ columns }: RowQuery, column: string): string {
  const index = columns.indexOf(column)
  return index < 0 ? 'NULL' : `c${index}`
}

/**
 * Writes `repeated`: each row whose identity an earlier one has, in the order of the files. Grouping by the identity
 * needs memory for identities alone and spills, which a window over whole rows would not.
 *
 * @returns whether there are any
 */
async function findRepeats(connection: DuckDBConnection, query: RowQuery): Promise<boolean> {
  const [first, ...others] = query.identity.map(column => sqlColumn(query, column))
  if (first === undefined) return false
  const key = [`nullif(trim(${first}), '')`, ...others.map(other => `coalesce(${other}, '')`)].join(
    ' || chr(31) || ',
  )
  const whole = `hash(${query.columns.map((_, index) => `c${index}`).join(', ')})`
  await connection.run(
    `CREATE TEMP TABLE repeated AS WITH keyed AS (SELECT file, g, ${key} AS key, ${whole} AS whole FROM loaded), ` +
      'firsts AS (SELECT key, min(g) AS first_g, arg_min(file, g) AS first_file, arg_min(whole, g) AS first_whole ' +
      'FROM keyed WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1) ' +
      'SELECT keyed.g, first_g, first_file, whole = first_whole AS whole FROM keyed JOIN firsts USING (key) WHERE keyed.g > first_g',
  )
  const [[repeats] = []] = await ask(connection, 'SELECT count(*)::INTEGER FROM repeated')
  return Number(repeats) > 0
}

async function* readRows(
  connection: DuckDBConnection,
  query: RowQuery,
  columns: readonly string[],
  hasRepeats: boolean,
  place: RowStore['place'],
): AsyncGenerator<RawRow> {
  const { times, order } = query
  const cells = columns.map(column => `loaded.${sqlColumn(query, column)}`)
  const wanted = [...cells, ...times.map((_, index) => `t${index}`)].join(', ')
  const repeats = hasRepeats ? 'first_g, first_file, whole' : 'NULL::DOUBLE, NULL::INTEGER, NULL::BOOLEAN'
  const join = hasRepeats ? 'LEFT JOIN repeated USING (g)' : ''
  const result = await connection.stream(
    `SELECT loaded.file, loaded.g, broken, ${repeats}, ${wanted} FROM loaded ${join} ORDER BY t${order} NULLS FIRST, loaded.g`,
  )
  for await (const chunk of result) {
    const [file = [], running = [], broken = [], firstG = [], firstFile = [], whole = [], ...rest] =
      chunk.getColumns()
    for (let row = 0; row < chunk.rowCount; row++) {
      yield {
        ...place(Number(file[row]), Number(running[row])),
        cells: columns.map((_, index) => rest[index]?.[row] as string | null),
        times: times.map((_, index) => rest[columns.length + index]?.[row] as number | null),
        isBroken: broken[row] === true,
        repeats:
          firstG[row] === null || firstG[row] === undefined
            ? null
            : { of: place(Number(firstFile[row]), Number(firstG[row])), whole: whole[row] === true },
      }
    }
  }
}

function unreadable(path: string, cause: unknown): TrainingError {
  const [why] = (cause instanceof Error ? cause.message : String(cause)).split('\n')
  return new TrainingError(
    'data_unreadable',
    `data file ${path} cannot be read: ${why}`,
    'Check the file and its kind.',
    { cause },
  )
}
