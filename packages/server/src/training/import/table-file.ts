import { existsSync } from 'node:fs'
import { TrainingError } from '../errors.ts'
import { bytesOf, openText, type TextFile } from './text-file.ts'

/** A file of rows: what it is and which columns it has. */
export interface TableFile {
  /** As it was named. */
  readonly path: string
  readonly kind: 'csv' | 'ndjson' | 'parquet'
  /** How its bytes became text; null for Parquet. */
  readonly text: TextFile | null
  /** Of a CSV file. */
  readonly delimiter: string
  /** Of a CSV file; the other kinds are asked through DuckDB. */
  readonly header: readonly string[]
}

/** A file and its columns, whatever its kind. */
export interface OpenedFile extends TableFile {
  readonly columns: readonly string[]
}

const KINDS = [
  [/\.(csv|tsv|txt)(\.gz)?$/i, 'csv'],
  [/\.(ndjson|jsonl)(\.gz)?$/i, 'ndjson'],
  [/\.parquet$/i, 'parquet'],
] as const

const DELIMITERS = [',', ';', '\t', '|'] as const

/** No header is longer. */
const MAX_HEADER_CHARACTERS = 1_000_000

/**
 * Looks at a file by its name and its bytes and, of a CSV file, at its first line.
 *
 * @param folder takes a copy in UTF-8 where the file is in another encoding
 * @param index of the file among those that are read together
 * @throws TrainingError `data_unreadable`
 */
export async function openTableFile(
  path: string,
  folder: string,
  index: number,
  onBytes: (done: number, total: number) => void,
): Promise<TableFile> {
  const kind = KINDS.find(([pattern]) => pattern.test(path))?.[1]
  if (!existsSync(path)) throw unreadable(`data file ${path} does not exist`, 'Check the path.')
  if (!kind)
    throw unreadable(
      `data file ${path} is of no known kind`,
      'Files end in .csv, .csv.gz, .tsv, .ndjson, .ndjson.gz, .jsonl or .parquet.',
    )
  if (kind === 'parquet') return { path, kind, text: null, delimiter: '', header: [] }
  const text = await openText(path, folder, index, onBytes)
  const line = await firstLine(text.path)
  if (line.trim() === '')
    throw unreadable(`data file ${path} is empty`, 'Give a file with a header and rows.')
  if (hasControls(line))
    throw unreadable(`data file ${path} is no text`, 'Export it as CSV, NDJSON or Parquet.')
  if (kind === 'ndjson') return { path, kind, text, delimiter: '', header: [] }
  const delimiter = DELIMITERS.reduce((best, other) =>
    splitLine(line, other).length > splitLine(line, best).length ? other : best,
  )
  return { path, kind, text, delimiter, header: namesOf(path, splitLine(line, delimiter)) }
}

/** Control characters other than tab and form feed stand in no header. */
function hasControls(line: string): boolean {
  for (const character of line) if (character < '\t' || (character > '\f' && character < ' ')) return true
  return false
}

/** A column without a name, such as the row index that pandas writes, is called by its place. */
function namesOf(path: string, cells: readonly string[]): string[] {
  const header = cells.map((cell, index) => cell.trim() || `column_${index + 1}`)
  const lower = header.map(name => name.toLowerCase())
  const twice = header.find((_, index) => lower.indexOf(lower[index] ?? '') !== index)
  if (twice === undefined) return header
  throw new TrainingError(
    'columns_missing',
    `${path} has the column "${twice}" twice; columns found: ${header.join(', ')}`,
    'Rename one of them; capitals do not tell columns apart.',
  )
}

async function firstLine(path: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of bytesOf(path)) {
    text += decoder.decode(chunk, { stream: true })
    if (/[\r\n]/.test(text) || text.length > MAX_HEADER_CHARACTERS) break
  }
  return text.split(/[\r\n]/, 1)[0] ?? ''
}

/** Cells of one line by the rules of RFC 4180. */
function splitLine(line: string, delimiter: string): string[] {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let index = 0; index < line.length; index++) {
    const character = line[index]
    if (quoted && character === '"' && line[index + 1] === '"') {
      cell += '"'
      index++
    } else if (character === '"') quoted = !quoted
    else if (character === delimiter && !quoted) {
      cells.push(cell)
      cell = ''
    } else cell += character
  }
  return [...cells, cell]
}

function unreadable(message: string, mend: string): TrainingError {
  return new TrainingError('data_unreadable', message, mend)
}
