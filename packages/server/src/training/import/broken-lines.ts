import type { DuckDBConnection } from '@duckdb/node-api'
import type { Place } from './place.ts'
import type { TableFile } from './table-file.ts'

/** A line that is no row. */
export interface BrokenLine extends Place {
  readonly reason: string
  readonly text: string
  /** Lines of the file that it is made of: a quote that never closes takes those below it along. */
  readonly lines: number
}

/** A line can fail in several columns; the first is enough. */
export async function* readBroken(
  connection: DuckDBConnection,
  files: readonly TableFile[],
): AsyncGenerator<BrokenLine> {
  for (const [file, { kind }] of files.entries()) {
    if (kind !== 'csv') continue
    const found = await connection.stream(
      `SELECT line::DOUBLE, first(error_type)::VARCHAR, first(error_message), first(csv_line) FROM rejects_${file} GROUP BY line ORDER BY line`,
    )
    for await (const chunk of found)
      for (const [line, type, message, found] of chunk.getRows()) {
        const text = String(found ?? '').trim()
        const lines = text.split('\n').length
        const taken = lines > 1 ? `; it takes ${lines - 1} lines below it along` : ''
        yield {
          ...{ file, line: Number(line), text, lines },
          reason: `${String(type).toLowerCase()}: ${String(message).replace(/\.$/, '')}${taken}`,
        }
      }
  }
}

/** Of each broken line its number less the broken ones above it: what rows are moved by. */
export async function brokenShifts(
  connection: DuckDBConnection,
  { kind }: TableFile,
  index: number,
): Promise<Float64Array> {
  if (kind !== 'csv') return new Float64Array()
  const counted = await connection.runAndReadAll(`SELECT count(DISTINCT line)::INTEGER FROM rejects_${index}`)
  const shifts = new Float64Array(Number(counted.getRows()[0]?.[0]))
  let above = 0
  const lines = await connection.stream(`SELECT DISTINCT line::DOUBLE AS l FROM rejects_${index} ORDER BY l`)
  for await (const chunk of lines)
    for (const [line] of chunk.getRows()) {
      shifts[above] = Number(line) - above
      above++
    }
  return shifts
}

/** Broken lines are no rows, so each one above moves a row one line down. */
export function lineOf(line: number, shifts: Float64Array): number {
  let [low, high] = [0, shifts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((shifts[middle] ?? 0) <= line) low = middle + 1
    else high = middle
  }
  return line + low
}
