import { SIGNALS } from '@atalaya/client/contract'
import { emptySession } from '../../events/session.ts'
import { type Convert, converter, RowFault } from './convert.ts'
import type { ImportPlan } from './plan.ts'
import type { RawRow, TimeColumn } from './row-store.ts'

const DAY_MS = 86_400_000
const SIGNAL_PLACES = new Map<string, number>(SIGNALS.map(([name], index) => [name, index]))

/** What is asked of the file for a plan, and how its rows become candidate records. */
export interface RowReader {
  readonly columns: readonly string[]
  readonly times: readonly TimeColumn[]
  /** Place among `times` of the time that orders the rows. */
  readonly order: number
  /** @throws RowFault */
  recordOf(row: RawRow): unknown
}

type Tree = { [key: string]: Tree | string | number | boolean | null | undefined }

/**
 * Prepares the reading of rows: where each column goes and how its text is converted.
 *
 * @param minorDigits decimal digits of the currency's minor unit
 */
export function rowReader(
  { columns: planned, constants, label }: ImportPlan,
  minorDigits: number,
): RowReader {
  const timed = planned.filter(({ field }) => field.kind === 'time')
  const plain = planned.filter(({ field }) => field.kind !== 'time')
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
  const cells = plain.map(({ field, mapped }) => ({
    path: field.path,
    convert: converter(field, mapped, minorDigits),
  }))
  const fraudWords = new Set(label.fraud)
  const genuineWords = new Set(label.genuine)
  const received = timed.findIndex(({ field }) => field.path === 'receivedAtMs')
  const created = timed.findIndex(({ field }) => field.path === 'transaction.createdAtMs')

  const labelOf = (row: RawRow, receivedAtMs: number) => {
    const text = row.cells[columns.length - 1]?.trim()
    if (text === undefined || text === '') return null
    const fraud = fraudWords.has(text)
    if (!fraud && !genuineWords.has(text))
      throw new RowFault(
        `label: "${text}" is neither fraud (${label.fraud.join(', ')}) nor genuine (${label.genuine.join(', ')})`,
      )
    const known =
      observed < 0 ? receivedAtMs + Math.round((label.delayDays ?? 0) * DAY_MS) : row.times[observed]
    if (known === null || known === undefined) return null
    return { fraud, source: label.source ?? 'import', observedAtMs: Math.round(known) }
  }

  const recordOf = (row: RawRow) => {
    const values: Tree = {}
    for (const [path, value] of Object.entries(constants)) place(values, path, value)
    for (const [index, { path, convert }] of cells.entries()) setCell(values, path, convert, row.cells[index])
    for (const [index, { field }] of timed.entries()) {
      const atMs = row.times[index] ?? null
      const text = row.cells[plain.length + index]
      if (atMs !== null) place(values, field.path, Math.round(atMs))
      else if (text !== null && text !== undefined)
        throw new RowFault(`${field.path}: "${text}" is not a time of the given format`)
    }
    return assemble(values, row, labelOf)
  }
  return { columns, times, order: received >= 0 ? received : created, recordOf }
}

function setCell(values: Tree, path: string, convert: Convert, text: string | null | undefined): void {
  if (text === null || text === undefined || text === '') return
  place(values, path, convert(text))
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
  if (typeof receivedAtMs !== 'number') throw new RowFault('there is no time')
  return {
    transaction: { id: `row-${row.line}`, ...transaction, ...(item !== undefined && { items: [item] }) },
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
