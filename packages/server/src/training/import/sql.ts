import type { TableFile } from './table-file.ts'

/** How a column's text is read as a time. */
export interface TimeColumn {
  readonly column: string
  readonly format?: string
  readonly zone?: string
}

/** A text as SQL. */
export const text = (value: string) => `'${value.replaceAll("'", "''")}'`
/** A name as SQL. */
export const name = (value: string) => `"${value.replaceAll('"', '""')}"`

/** What DuckDB reads of a file; lines that are no rows go to `rejects_<index>`. */
export function source({ path, kind, text: readable, delimiter, header }: TableFile, index: number): string {
  if (kind === 'parquet') return `read_parquet(${text(path)})`
  const file = text(readable?.path ?? path)
  if (kind === 'ndjson') return `read_ndjson_objects(${file}, ignore_errors = true)`
  const types = header.map(column => `${text(column)}: 'VARCHAR'`).join(', ')
  return (
    `read_csv(${file}, auto_detect = false, header = true, columns = {${types}}, delim = ${text(delimiter)}, ` +
    `quote = '"', escape = '"', strict_mode = true, store_rejects = true, rejects_limit = 0, ` +
    `rejects_table = 'rejects_${index}', rejects_scan = 'reject_scans_${index}')`
  )
}

/** A column of a file as text. */
export function cell({ kind }: TableFile, column: string): string {
  if (kind === 'csv') return name(column)
  if (kind === 'parquet') return `CAST(${name(column)} AS VARCHAR)`
  const pointer = column.startsWith('/') ? column : `/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`
  return `json_extract_string(json, ${text(pointer)})`
}

/** Matches ISO times that name their zone. */
export const ZONED = '(Z|[+-][0-9]{2}(:?[0-9]{2})?)$'

/** UTC epoch ms of a text, NULL when it is no time. */
export function timeExpression(value: string, { format = 'iso', zone = 'UTC' }: TimeColumn): string {
  if (format === 'epoch_ms') return `try_cast(${value} AS DOUBLE)`
  if (format === 'epoch_s') return `try_cast(${value} AS DOUBLE) * 1000`
  const local = localTimestamp(value, format)
  const inZone = `epoch_ms(${local} AT TIME ZONE ${text(zone)})::DOUBLE`
  if (format !== 'iso') return inZone
  return (
    `CASE WHEN regexp_matches(${value}, ${text(ZONED)}) AND length(${value}) > 10 ` +
    `THEN epoch_ms(try_cast(${value} AS TIMESTAMPTZ))::DOUBLE ELSE ${inZone} END`
  )
}

/** The wall-clock time that a text shows. */
export function localTimestamp(value: string, format: string): string {
  return format === 'iso' ? `try_cast(${value} AS TIMESTAMP)` : `try_strptime(${value}, ${text(format)})`
}
