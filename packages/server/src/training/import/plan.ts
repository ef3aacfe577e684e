import { TrainingError } from '../errors.ts'
import { mappingOfHeader, withAliases } from './aliases.ts'
import { type Field, fieldOf } from './fields.ts'
import { columnName, type MappedColumn, type Mapping } from './mapping.ts'

/** A field with the column that fills it. */
export interface PlannedColumn {
  readonly field: Field
  readonly mapped: MappedColumn
}

/** A mapping laid on a file that has the columns for it. */
export interface ImportPlan {
  readonly columns: readonly PlannedColumn[]
  readonly constants: Readonly<Record<string, string | number | boolean>>
  readonly label: Mapping['label']
  /** Columns that must not be mapped. */
  readonly never: readonly string[]
  /** Columns of the file that nothing reads. */
  readonly unused: readonly string[]
}

/** What each record needs, with the header that is understood without a mapping. */
const REQUIRED = [
  { paths: ['transaction.amountMinor'], alias: 'transaction_amount', what: 'how much was paid' },
  { paths: ['transaction.currency'], alias: 'currency', what: 'in which currency' },
  { paths: ['transaction.account.id'], alias: 'user_id', what: 'who paid' },
  { paths: ['receivedAtMs', 'transaction.createdAtMs'], alias: 'transaction_time', what: 'when' },
] as const

const MAX_SHOWN = 60

function shown(header: readonly string[]): string {
  const more = header.length > MAX_SHOWN ? ` and ${header.length - MAX_SHOWN} more` : ''
  return `${header.slice(0, MAX_SHOWN).join(', ')}${more}`
}

/**
 * Lays a mapping on a file's header.
 *
 * @param mapping null: the header's own names decide
 * @throws TrainingError `columns_missing` naming what is missing, what is expected and what was found
 */
export function planImport(
  file: string,
  header: readonly string[],
  mapping: Mapping | null,
  currency: string,
): ImportPlan {
  const laid = mapping ? withAliases(mapping, header) : mappingOfHeader(header, currency)
  const constants = { 'transaction.currency': currency, ...laid.constants }
  const columns = Object.entries(laid.columns).flatMap(([path, mapped]) => {
    const field = fieldOf(path)
    return field ? [{ field, mapped: typeof mapped === 'string' ? { column: mapped } : mapped }] : []
  })
  const used = [...Object.values(laid.columns).map(columnName), laid.label.column]
  if (laid.label.observedAt) used.push(laid.label.observedAt.column)
  const absent = [...new Set(used)].filter(column => !column.startsWith('/') && !header.includes(column))
  const filled = new Set([...columns.map(({ field }) => field.path), ...Object.keys(constants)])
  const unfilled = REQUIRED.filter(({ paths }) => !paths.some(path => filled.has(path)))
  if (absent.length > 0 || unfilled.length > 0) {
    const parts = [
      ...(absent.length > 0 ? [`has no column ${absent.map(column => `"${column}"`).join(', ')}`] : []),
      ...(unfilled.length > 0 ? [`does not say ${unfilled.map(({ what }) => what).join(' and ')}`] : []),
    ]
    const added = unfilled.map(
      ({ paths, alias }) => `for ${paths.join(' or ')} a column "${alias}" or a line of the mapping`,
    )
    throw new TrainingError(
      'columns_missing',
      `${file} ${parts.join(' and ')}; columns found: ${shown(header)}`,
      `${added.length > 0 ? `Add ${added.join(', ')}` : 'Name the right columns in a mapping file'} (docs/import-data.md).`,
    )
  }
  return {
    ...{ columns, constants, label: laid.label, never: laid.never ?? [] },
    unused: header.filter(column => !used.includes(column)),
  }
}
