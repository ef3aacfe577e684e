import { appendFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { Compile } from 'typebox/compile'
import { makeFolder } from '../../files/make-folder.ts'
import { type HistoryRecord, HistoryRecordSchema } from '../../records/record.ts'
import { TrainingError } from '../errors.ts'
import { RowFault } from './convert.ts'
import type { Mapping } from './mapping.ts'
import { planImport } from './plan.ts'
import { rowReader } from './record-of-row.ts'
import { columnsOf, loadRows, type RowStore } from './row-store.ts'
import { openTableFile, type TableFile } from './table-file.ts'

const compiled = Compile(HistoryRecordSchema)

/** Bad rows are written in groups of so many. */
const REJECTED_GROUP = 1000

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
}

/** What became of the rows. */
export interface ImportReport {
  readonly read: number
  readonly rejected: number
  /** Bad rows by reason, the most frequent first. */
  readonly reasons: readonly (readonly [reason: string, rows: number])[]
  readonly unusedColumns: readonly string[]
}

/** A file opened for import. */
export interface Import {
  readonly kind: TableFile['kind']
  readonly rows: number
  /** False when no column becomes a session's signal. */
  readonly mayHaveSessions: boolean
  /**
   * The good rows in order of time. Every bad row is in the rejected file when it ends.
   *
   * @throws TrainingError `too_many_bad_rows` at the end
   */
  records(): AsyncGenerator<HistoryRecord>
  /** Complete once `records()` has ended. */
  report(): ImportReport
  close(): void
}

/**
 * Opens somebody's file of payments as history records.
 *
 * @throws TrainingError `data_unreadable`, `columns_missing`
 */
export async function openImport(path: string, options: ImportOptions): Promise<Import> {
  const file = await openTableFile(path)
  const plan = planImport(path, await columnsOf(file), options.mapping, options.currency)
  const reader = rowReader(
    plan,
    minorDigits(String(plan.constants['transaction.currency'] ?? options.currency)),
  )
  const store = await loadRows(file, {
    columns: reader.columns,
    times: reader.times,
    order: reader.order,
    ...(options.fromMs !== undefined && { fromMs: options.fromMs }),
    ...(options.toMs !== undefined && { toMs: options.toMs }),
  })
  const rejects = new RejectedRows(options.rejectedFile)
  let read = 0

  async function* records(): AsyncGenerator<HistoryRecord> {
    read = 0
    rejects.begin()
    addBroken(store, rejects)
    read += store.broken.length
    for await (const row of store.read()) {
      read++
      const outcome = attempt(() => reader.recordOf(row))
      if (typeof outcome === 'string')
        rejects.add({ line: row.line, reason: outcome, values: named(reader.columns, row.cells) })
      else yield outcome
    }
    rejects.flush()
    refuseIfTooMany(path, read, rejects, options)
  }

  return {
    kind: file.kind,
    rows: store.rows,
    mayHaveSessions: plan.columns.some(({ field }) => field.path.startsWith('signals.')),
    records,
    report: () => ({ read, rejected: rejects.count, reasons: rejects.reasons(), unusedColumns: plan.unused }),
    close: store.close,
  }
}

/** The record, or why there is none. */
function attempt(make: () => unknown): HistoryRecord | string {
  let candidate: unknown
  try {
    candidate = make()
  } catch (fault) {
    if (fault instanceof RowFault) return fault.message
    throw fault
  }
  if (compiled.Check(candidate)) return candidate
  const [fault] = compiled.Errors(candidate)
  return `${(fault?.instancePath ?? '').slice(1).replaceAll('/', '.')}: ${fault?.message ?? 'does not fit the record'}`
}

function addBroken(store: RowStore, rejects: RejectedRows): void {
  for (const { line, reason } of store.broken) rejects.add({ line, reason, values: {} })
}

function refuseIfTooMany(path: string, read: number, rejects: RejectedRows, options: ImportOptions): void {
  if (rejects.count <= options.maxRejectedShare * read) return
  const [first] = rejects.reasons()
  throw new TrainingError(
    'too_many_bad_rows',
    `${rejects.count} of ${read} rows of ${path} are bad, mostly: ${first?.[0] ?? ''}`,
    `See ${options.rejectedFile}; mend the file or the mapping, or allow more with --max-bad-share.`,
  )
}

function named(columns: readonly string[], cells: readonly (string | null)[]): Record<string, string | null> {
  return Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? null]))
}

/** Decimal digits of a currency's minor unit: 2 for PEN, 0 for CLP. */
function minorDigits(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}

interface RejectedRow {
  readonly line: number
  readonly reason: string
  readonly values: Readonly<Record<string, string | null>>
}

/** Collects bad rows in a file and counts them by reason. */
class RejectedRows {
  readonly #file: string
  readonly #reasons = new Map<string, number>()
  #waiting: string[] = []
  count = 0

  constructor(file: string) {
    this.#file = file
  }

  /** Forgets an earlier pass. */
  begin(): void {
    rmSync(this.#file, { force: true })
    this.#reasons.clear()
    this.#waiting = []
    this.count = 0
  }

  add(row: RejectedRow): void {
    this.count++
    // Values differ from row to row, reasons do not.
    const reason = row.reason.replace(/"[^"]*"/, '"..."')
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
    this.#waiting.push(`${JSON.stringify(row)}\n`)
    if (this.#waiting.length >= REJECTED_GROUP) this.flush()
  }

  flush(): void {
    if (this.#waiting.length === 0) return
    makeFolder(dirname(this.#file))
    appendFileSync(this.#file, this.#waiting.join(''))
    this.#waiting = []
  }

  reasons(): [string, number][] {
    return [...this.#reasons].sort((a, b) => b[1] - a[1])
  }
}
