import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { type HistoryRecord, HistoryRecordSchema } from './record.ts'

const schema = Compile(HistoryRecordSchema)
/** A line longer than any record of 200 items; what is longer is no history. */
const MAX_LINE_BYTES = 1 << 20

/** A line that is not a record: where, why, and its text for a quarantine file. */
export interface BadLine {
  readonly line: number
  readonly fault: string
  readonly text: string
}

/**
 * Reads history records from NDJSON, gzip told by the name. Every line is checked against the schema.
 *
 * @param onBadLine is told of lines that are not records, which are then left out; without it the first one ends
 *   the reading
 * @throws {AtalayaError} `history_unreadable` when the file cannot be read, `history_bad_line` for a bad line
 */
export async function* readHistory(
  path: string,
  onBadLine?: (bad: BadLine) => void,
): AsyncGenerator<HistoryRecord, void, undefined> {
  let line = 0
  for await (const text of lines(path)) {
    line++
    if (text.trim() === '') continue
    const parsed = parse(text)
    if (parsed.record) yield parsed.record
    else if (onBadLine) onBadLine({ line, fault: parsed.fault, text })
    else {
      throw new AtalayaError(
        'history_bad_line',
        `${path}:${line}: ${parsed.fault}`,
        'Mend the line or take it out; docs/simulator.md describes the format',
      )
    }
  }
}

type Parsed = { readonly record: HistoryRecord } | { readonly record?: undefined; readonly fault: string }

function parse(text: string): Parsed {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (fault) {
    return { fault: `is not JSON (${fault instanceof Error ? fault.message : String(fault)})` }
  }
  if (schema.Check(value)) return { record: value }
  // The most specific message stands last: unions and closed objects report their parts before themselves.
  const errors = schema.Errors(value)
  const worst = errors.find(error => error.keyword !== 'boolean') ?? errors[0]
  const where = worst?.instancePath.slice(1).replaceAll('/', '.') || 'record'
  const extra = (worst?.params as { additionalProperties?: readonly string[] } | undefined)
    ?.additionalProperties
  return { fault: `${where} ${worst?.message ?? 'is not a record'}${extra ? `: ${extra.join(', ')}` : ''}` }
}

async function* lines(path: string): AsyncGenerator<string, void, undefined> {
  const file = createReadStream(path)
  const input: Readable = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  // `pipe` does not carry a fault of the file over to the decompressor, which would wait for ever.
  file.on('error', fault => input.destroy(fault))
  let rest = ''
  try {
    input.setEncoding('utf8')
    for await (const chunk of input) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      if (rest.length > MAX_LINE_BYTES) throw new Error('a line is longer than 1 MB')
      yield* parts
    }
    if (rest !== '') yield rest
  } catch (fault) {
    throw new AtalayaError(
      'history_unreadable',
      `${path} cannot be read: ${fault instanceof Error ? fault.message : String(fault)}`,
      'Give an NDJSON file of history records, compressed only if its name ends in .gz',
      { cause: fault },
    )
  } finally {
    file.destroy()
  }
}
