import { SIGNALS } from '@atalaya/client/contract'
import { emptySession } from '../../events/session.ts'
import { Changes } from './changes.ts'
import { type Convert, converter, NULL_WORDS, RowFault } from './convert.ts'
import type { Mapping } from './mapping.ts'
import type { ImportPlan, PlannedColumn } from './plan.ts'
import type { RawRow } from './row-store.ts'
import type { TimeColumn } from './sql.ts'

const DAY_MS = 86_400_000
/** No shop on the web has older payments; what looks older was read with the wrong format. */
const EARLIEST_MS = Date.UTC(1995, 0, 1)
const SIGNAL_PLACES = new Map<string, number>(SIGNALS.map(([name], index) => [name, index]))

/** What is asked of the files for a plan, and how their rows become candidate records. */
export interface RowReader {
  readonly columns: readonly string[]
  readonly times: readonly TimeColumn[]
  /** Place among `times` of the time that orders the rows. */
  readonly order: number
  readonly changes: Changes
  /** @throws RowFault */
  recordOf(row: RawRow): unknown
}

type Tree = { [key: string]: Tree | string | number | boolean | null | undefined }

/**
 * Prepares the reading of rows: where each column goes and how its text is converted.
 *
 * @param currency of amounts when a row names none
 * @param latestMs no payment and no label can be later, UTC epoch ms
 */
export function rowReader(plan: ImportPlan, currency: string, latestMs: number): RowReader {
  const { columns: planned, constants, label } = plan
  const timed = planned.filter(({ field }) => field.kind === 'time')
  // The currency first: it says what an amount's decimals are.
  const plain = planned
    .filter(({ field }) => field.kind !== 'time')
    .sort((a, b) => Number(isCurrency(b)) - Number(isCurrency(a)))
  const times: TimeColumn[] = timed.map(({ mapped: { column, format, zone } }) => ({
    column,
    ...(format !== undefined && { format }),
    ...(zone !== undefined && { zone }),
  }))
  const observed = label.observedAt ? times.push(label.observedAt) - 1 : -1
  const columns = [
    ...plain.map(({ mapped }) => mapped.column),
    ...times.map(({ column }) => column),
    label.column,
  ]
  const cells = plain.map(({ field, mapped }) => ({ path: field.path, convert: converter(field, mapped) }))
  const received = timed.findIndex(({ field }) => field.path === 'receivedAtMs')
  const created = timed.findIndex(({ field }) => field.path === 'transaction.createdAtMs')
  const labelOf = labelReader(label, columns.length - 1, observed, latestMs)
  const changes = new Changes()

  const recordOf = (row: RawRow) => {
    refuseUnusable(row)
    changes.line = row.line
    const values: Tree = {}
    for (const [path, value] of Object.entries(constants)) place(values, path, value)
    const context = { minorDigits: minorDigits(currencyOf(values, currency)), changes }
    for (const [index, { path, convert }] of cells.entries()) {
      setCell(values, path, convert, row.cells[index], context)
      if (path === 'transaction.currency') context.minorDigits = minorDigits(currencyOf(values, currency))
    }
    for (const [index, { field }] of timed.entries()) {
      const atMs = row.times[index] ?? null
      const text = row.cells[plain.length + index]?.trim() ?? ''
      if (atMs !== null) place(values, field.path, plausible(field.path, Math.round(atMs), text, latestMs))
      else if (NULL_WORDS.has(text)) changes.add('null_word', field.path, text)
      else if (text !== '')
        throw new RowFault('time_unreadable', field.path, `"${text}" is not a time of the given format`)
    }
    return assemble(values, row, labelOf)
  }
  return { columns, times, order: received >= 0 ? received : created, changes, recordOf }
}

const isCurrency = ({ field }: PlannedColumn) => field.path === 'transaction.currency'

function refuseUnusable({ file, isBroken, repeats, cells }: RawRow): void {
  if (isBroken) throw new RowFault('broken_line', '', 'the line is no JSON object')
  if (repeats) {
    const { of, whole } = repeats
    const where = of.file === file ? `line ${of.line}` : `line ${of.line} of file ${of.file + 1}`
    throw whole
      ? new RowFault('row_repeated', '', `repeats ${where} in every cell`)
      : new RowFault('id_reused', 'transaction.id', `is that of ${where}, with other content`)
  }
  if (cells.some(text => text?.includes('\0')))
    throw new RowFault('nul_bytes', '', 'the line holds NUL bytes, as damaged files do')
}

function plausible(path: string, atMs: number, text: string, latestMs: number): number {
  const isLate = path !== 'transaction.account.createdAtMs' && atMs > latestMs
  if (!isLate && (atMs >= EARLIEST_MS || path === 'transaction.account.createdAtMs')) return atMs
  const day =
    Math.abs(atMs) < 8.64e15 ? new Date(atMs).toISOString().slice(0, 10) : 'a date beyond all calendars'
  throw new RowFault(
    'time_out_of_range',
    path,
    isLate ? `"${text}" lies in the future (${day})` : `"${text}" lies before 1995 (${day})`,
  )
}

/** Reads the label of a row: its text is the last cell, the time it became known the one before, if there is one. */
function labelReader(label: Mapping['label'], cell: number, observed: number, latestMs: number) {
  const fraudWords = new Set(label.fraud)
  const genuineWords = new Set(label.genuine)
  const whenObserved = (row: RawRow): number | null => {
    const text = row.cells[cell - 1]?.trim() ?? ''
    const atMs = row.times[observed] ?? null
    if (atMs !== null) return plausible('label', atMs, text, latestMs)
    if (text === '' || NULL_WORDS.has(text)) return null
    throw new RowFault('time_unreadable', 'label', `"${text}" is not a time of the given format`)
  }
  return (row: RawRow, receivedAtMs: number) => {
    const text = row.cells[cell]?.trim()
    if (text === undefined || text === '') return null
    const fraud = fraudWords.has(text)
    if (!fraud && !genuineWords.has(text))
      throw new RowFault(
        'label_unknown',
        'label',
        `"${text}" is neither fraud (${label.fraud.join(', ')}) nor genuine (${label.genuine.join(', ')})`,
      )
    const known =
      observed < 0 ? receivedAtMs + Math.round((label.delayDays ?? 0) * DAY_MS) : whenObserved(row)
    if (known === null) return null
    if (known < receivedAtMs)
      throw new RowFault('label_before_event', 'label', 'was known before the payment was made')
    return { fraud, source: label.source ?? 'import', observedAtMs: Math.round(known) }
  }
}

function setCell(
  values: Tree,
  path: string,
  convert: Convert,
  text: string | null | undefined,
  context: Parameters<Convert>[1],
): void {
  if (text === null || text === undefined || text.trim() === '') return
  const value = convert(text, context)
  if (value !== null) place(values, path, value)
}

function currencyOf(values: Tree, fallback: string): string {
  const transaction = values['transaction']
  const named = typeof transaction === 'object' && transaction !== null ? transaction['currency'] : undefined
  return typeof named === 'string' ? named : fallback
}

const digits = new Map<string, number>()

/** Decimal digits of a currency's minor unit: 2 for PEN, 0 for CLP; 2 for what is no currency at all. */
function minorDigits(currency: string): number {
  let known = digits.get(currency)
  if (known === undefined) {
    known = /^[A-Z]{3}$/.test(currency)
      ? (new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
          .maximumFractionDigits ?? 2)
      : 2
    digits.set(currency, known)
  }
  return known
}

function place(values: Tree, path: string, value: string | number | boolean): void {
  const keys = path.split('.')
  const last = keys.pop()
  let at = values
  for (const key of keys) {
    const inner = at[key]
    if (typeof inner === 'object' && inner !== null) at = inner
    else {
      const made: Tree = {}
      at[key] = made
      at = made
    }
  }
  if (last !== undefined) at[last] = value
}

function assemble(
  values: Tree,
  row: RawRow,
  labelOf: (row: RawRow, receivedAtMs: number) => unknown,
): unknown {
  const { item, ...transaction } = (values['transaction'] ?? {}) as Tree
  const receivedAtMs = values['receivedAtMs'] ?? transaction['createdAtMs']
  if (typeof receivedAtMs !== 'number') throw new RowFault('time_missing', '', 'there is no time')
  const id = row.file === 0 ? `row-${row.line}` : `file-${row.file + 1}-row-${row.line}`
  return {
    transaction: { id, ...transaction, ...(item !== undefined && { items: [item] }) },
    siteId: values['siteId'] ?? 'site_import',
    action: values['action'] ?? 'checkout',
    receivedAtMs,
    session: sessionOf(values['signals'] as Tree | undefined),
    deviceThumbprint: values['deviceThumbprint'] ?? null,
    visitorId: values['visitorId'] ?? null,
    sessionId: values['sessionId'] ?? null,
    remoteIp: values['remoteIp'] ?? null,
    declinedAtMs: values['declinedAtMs'] ?? null,
    label: labelOf(row, receivedAtMs),
  }
}

/** A session whose signals were recorded by other means counts as one whose token was good. */
function sessionOf(signals: Tree | undefined): unknown {
  if (signals === undefined) return emptySession('absent')
  const vector: unknown[] = SIGNALS.map(() => null)
  for (const [name, value] of Object.entries(signals)) vector[SIGNAL_PLACES.get(name) ?? -1] = value
  return { ...emptySession('ok'), signals: vector }
}
