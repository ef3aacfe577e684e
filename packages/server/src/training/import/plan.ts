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
  /** Columns of the file that nothing reads. */
  readonly unused: readonly string[]
}

/** What each record needs, with the header that is understood without a mapping. */
const REQUIRED = [
  { paths: ['transaction.amountMinor'], alias: 'transaction_amount' },
  { paths: ['transaction.currency'], alias: 'currency' },
  { paths: ['transaction.account.id'], alias: 'user_id' },
  { paths: ['receivedAtMs', 'transaction.createdAtMs'], alias: 'transaction_time' },
] as const

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
  const twice = header.find((column, index) => header.indexOf(column) !== index)
  if (twice !== undefined)
    throw missing(`${file} has the column "${twice}" twice`, header, 'Rename one of them.')
  if (absent.length > 0 || unfilled.length > 0) {
    const parts = [
      ...(absent.length > 0 ? [`no column ${absent.map(column => `"${column}"`).join(', ')}`] : []),
      ...unfilled.map(
        ({ paths, alias }) => `nothing for ${paths.join(' or ')} (header "${alias}", or a mapping)`,
      ),
    ]
    throw missing(
      `${file} has ${parts.join(' and ')}`,
      header,
      'Write a mapping file (docs/train-a-model.md) that names the right columns.',
    )
  }
  return { columns, constants, label: laid.label, unused: header.filter(column => !used.includes(column)) }
}

function missing(message: string, header: readonly string[], mend: string): TrainingError {
  return new TrainingError('columns_missing', `${message}; columns found: ${header.join(', ')}`, mend)
}
