import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { type HistoryRecord, HistoryRecordSchema } from '../../records/record.ts'
import { TrainingError } from '../errors.ts'
import { type Progress, SILENT } from '../progress.ts'
import type { Change } from './changes.ts'
import { RowFault } from './convert.ts'
import type { Mapping } from './mapping.ts'
import type { Place } from './place.ts'
import { type ImportPlan, planImport } from './plan.ts'
import { Quarantine, type Rejection } from './quarantine.ts'
import { type RowReader, rowReader } from './record-of-row.ts'
import { columnsOf, loadRows, type RawRow, type RowStore } from './row-store.ts'
import { type OpenedFile, openTableFile, type TableFile } from './table-file.ts'

const compiled = Compile(HistoryRecordSchema)

/** Clocks differ: a payment may be so much later than now. */
const SLACK_MS = 86_400_000

/** A larger file is not read at once. */
const SLOW_BYTES = 16 << 20

/** Columns that together name a payment. */
const IDENTITY = ['transaction.id', 'transaction.attempt', 'siteId'] as const

export interface ImportOptions {
  /** Null: the header's own names decide. */
  readonly mapping: Mapping | null
  /** Currency of amounts when neither a column nor the mapping names one. */
  readonly currency: string
  /** Only rows from then on and before then, UTC epoch ms. */
  readonly fromMs?: number
  readonly toMs?: number
  /** Bad rows go there as NDJSON: line, reason, values. The file is made when there are some. */
  readonly rejectedFile: string
  /** Largest share of bad rows that is put up with, 0..1. */
  readonly maxRejectedShare: number
  readonly progress?: Progress
}

/** What became of the rows. */
export interface ImportReport {
  readonly read: number
  readonly rejected: number
  /** Bad rows by reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, rows: number])[]
  readonly rejections: readonly Rejection[]
  /** What was read as something else than it says. */
  readonly changes: readonly Change[]
  readonly unusedColumns: readonly string[]
}

/** A record and where it comes from. */
export interface PlacedRecord extends Place {
  readonly record: HistoryRecord
}

/** Files opened for import. */
export interface Import {
  readonly kind: TableFile['kind']
  readonly files: readonly OpenedFile[]
  readonly plan: ImportPlan
  /** Every column of the files. */
  readonly columns: readonly string[]
  readonly store: RowStore
  readonly rows: number
  /** False when no column becomes a session's signal. */
  readonly mayHaveSessions: boolean
  /**
   * The good rows in order of time. Every bad row is in the rejected file when it ends.
   *
   * @throws TrainingError `too_many_bad_rows` at the end
   */
  records(): AsyncGenerator<HistoryRecord>
  /** The same with their places, whatever the share of bad rows. */
  placed(): AsyncGenerator<PlacedRecord>
  /** Complete once `records()` has ended. */
  report(): ImportReport
  close(): void
}

/**
 * Opens somebody's files of payments as one history. Rows beyond half a gigabyte spill to the system's folder for
 * temporary files.
 *
 * @throws TrainingError `data_unreadable`, `columns_missing`
 */
export async function openImport(paths: readonly string[], options: ImportOptions): Promise<Import> {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-import-'))
  const remove = () => {
    process.off('exit', remove)
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', remove)
  try {
    return await opened(paths, options, folder, remove)
  } catch (error) {
    remove()
    throw error
  }
}

async function opened(
  paths: readonly string[],
  options: ImportOptions,
  folder: string,
  remove: () => void,
): Promise<Import> {
  const { mapping, currency, fromMs, toMs, progress = SILENT } = options
  const files: OpenedFile[] = []
  for (const [index, path] of paths.entries()) {
    const file = await openTableFile(path, folder, index, lookingAt(path, progress))
    const columns = await columnsOf(file)
    if (columns.length === 0)
      throw new TrainingError(
        'data_unreadable',
        `no line of ${path} is a JSON object`,
        'NDJSON holds one object a line; a JSON array has to be written so first.',
      )
    planImport(path, columns, mapping, currency)
    files.push({ ...file, columns })
  }
  const columns = [...new Set(files.flatMap(file => file.columns))]
  const plan = planImport(paths.join(', '), columns, mapping, currency)
  const reader = rowReader(plan, currency, Date.now() + SLACK_MS)
  const store = await loadRows(
    files,
    {
      columns: [...new Set([...columns, ...reader.columns])],
      times: reader.times,
      order: reader.order,
      identity: identityOf(plan),
      ...(fromMs !== undefined && { fromMs }),
      ...(toMs !== undefined && { toMs }),
    },
    folder,
    progress,
  )
  const quarantine = new Quarantine(options.rejectedFile, paths)
  let read = 0

  async function* placed(): AsyncGenerator<PlacedRecord> {
    read = 0
    quarantine.begin()
    reader.changes.begin()
    for await (const { text, lines, ...broken } of store.brokenLines()) {
      read += lines
      quarantine.add({ ...broken, code: 'broken_line', path: '', values: text }, lines)
    }
    for await (const row of store.read(reader.columns)) {
      read++
      const outcome = attempt(reader, row)
      if (outcome instanceof RowFault)
        quarantine.add({
          ...{ file: row.file, line: row.line, code: outcome.code, path: outcome.path },
          reason: outcome.message,
          values: Object.fromEntries(
            reader.columns.map((column, index) => [column, row.cells[index] ?? null]),
          ),
        })
      else yield { file: row.file, line: row.line, record: outcome }
    }
    quarantine.flush()
  }

  return {
    ...{ files, plan, columns, store, placed },
    kind: files[0]?.kind ?? 'csv',
    rows: store.rows,
    mayHaveSessions: plan.columns.some(({ field }) => field.path.startsWith('signals.')),
    async *records() {
      for await (const { record } of placed()) yield record
      refuseIfTooMany(paths, read, quarantine, options)
    },
    report: () => ({
      ...{ read, rejected: quarantine.count, reasons: quarantine.reasons() },
      ...{ rejections: quarantine.kinds(), changes: reader.changes.all(), unusedColumns: plan.unused },
    }),
    close: () => {
      store.close()
      remove()
    },
  }
}

/** Shows how much of a file has been looked at, if it is one to wait for. */
function lookingAt(path: string, progress: Progress): (done: number, total: number) => void {
  let isShown = false
  return (done, total) => {
    if (total < SLOW_BYTES) return
    if (!isShown) progress.phase(`looking at ${path}`, 100)
    isShown = true
    progress.update(Math.floor((100 * done) / total))
  }
}

/** Columns of the fields that name a payment; without an id nothing does. */
function identityOf({ columns }: ImportPlan): string[] {
  const named = IDENTITY.flatMap(path => columns.filter(({ field }) => field.path === path))
  return named[0]?.field.path === IDENTITY[0] ? named.map(({ mapped }) => mapped.column) : []
}

/** The record, or why there is none. */
function attempt(reader: RowReader, row: RawRow): HistoryRecord | RowFault {
  let candidate: unknown
  try {
    candidate = reader.recordOf(row)
  } catch (fault) {
    if (fault instanceof RowFault) return fault
    throw fault
  }
  if (compiled.Check(candidate)) return candidate
  const [fault] = compiled.Errors(candidate)
  const path = (fault?.instancePath ?? '').slice(1).replaceAll('/', '.')
  return new RowFault('not_a_record', path, fault?.message ?? 'does not fit the record')
}

function refuseIfTooMany(
  paths: readonly string[],
  read: number,
  quarantine: Quarantine,
  { maxRejectedShare, rejectedFile }: ImportOptions,
): void {
  if (quarantine.count <= maxRejectedShare * read) return
  const [first] = quarantine.reasons()
  throw new TrainingError(
    'too_many_bad_rows',
    `${quarantine.count} of ${read} rows of ${paths.join(', ')} are bad, mostly: ${first?.[0] ?? ''}`,
    `See ${rejectedFile}; mend the file or the mapping, or allow more with --max-bad-share.`,
  )
}
