import { createReadStream, existsSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { TrainingError } from '../errors.ts'

/** A file of rows: what it is and which columns it has. */
export interface TableFile {
  readonly path: string
  readonly kind: 'csv' | 'ndjson' | 'parquet'
  /** Of a CSV file. */
  readonly delimiter: string
  /** Of a CSV file; the other kinds are asked through DuckDB. */
  readonly header: readonly string[]
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
 * Looks at a file by its name and, of a CSV file, at its first line.
 *
 * @throws TrainingError `data_unreadable`
 */
export async function openTableFile(path: string): Promise<TableFile> {
  const kind = KINDS.find(([pattern]) => pattern.test(path))?.[1]
  if (!existsSync(path)) throw unreadable(`data file ${path} does not exist`, 'Check the path.')
  if (!kind)
    throw unreadable(
      `data file ${path} is of no known kind`,
      'Files end in .csv, .csv.gz, .tsv, .ndjson, .ndjson.gz, .jsonl or .parquet.',
    )
  if (kind !== 'csv') return { path, kind, delimiter: '', header: [] }
  const line = await firstLine(path)
  const delimiter = DELIMITERS.reduce((best, other) =>
    splitLine(line, other).length > splitLine(line, best).length ? other : best,
  )
  const header = splitLine(line, delimiter).map(name => name.trim())
  if (line === '') throw unreadable(`data file ${path} is empty`, 'Give a file with a header and rows.')
  return { path, kind, delimiter, header }
}

async function firstLine(path: string): Promise<string> {
  const file = createReadStream(path)
  const bytes = path.toLowerCase().endsWith('.gz') ? file.pipe(createGunzip()) : file
  const decoder = new TextDecoder()
  let text = ''
  try {
    for await (const chunk of bytes) {
      text += decoder.decode(chunk as Buffer, { stream: true })
      if (/[\r\n]/.test(text) || text.length > MAX_HEADER_CHARACTERS) break
    }
  } catch (cause) {
    throw unreadable(
      `data file ${path} cannot be read: ${cause instanceof Error ? cause.message : ''}`,
      'Check the file.',
      cause,
    )
  } finally {
    file.destroy()
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

function unreadable(message: string, mend: string, cause?: unknown): TrainingError {
  return new TrainingError('data_unreadable', message, mend, { cause })
}
