import { DEVICE_CLASSES } from '@atalaya/client/contract'
import { FIELDS } from './fields.ts'
import { columnName, MAPPING_FORMAT, type MappedColumn, type Mapping } from './mapping.ts'

/**
 * Header names that need no mapping. The first ten are those of the commission; its `transaction_frequency`,
 * `time_since_last_transaction` and `ip_country` are made from history and from the address by the service itself,
 * so here they only travel along as metadata. A click-through rate carries no counts: it stands as clicks among a
 * hundred impressions.
 */
const ALIASES: readonly (readonly [path: string, mapped: MappedColumn])[] = [
  ['transaction.amountMinor', { column: 'transaction_amount' }],
  ['transaction.metadata.transaction_frequency', { column: 'transaction_frequency' }],
  ['transaction.metadata.time_since_last_transaction', { column: 'time_since_last_transaction' }],
  ['signals.session_duration_ms', { column: 'session_duration', scale: 1000 }],
  ['signals.product_clicks', { column: 'click_through_rate', scale: 100 }],
  ['signals.cart_adds', { column: 'add_to_cart_frequency' }],
  ['transaction.shipping.country', { column: 'geo_location' }],
  [
    'signals.device_class',
    { column: 'device_type', values: Object.fromEntries(DEVICE_CLASSES.map((name, index) => [name, index])) },
  ],
  ['transaction.metadata.ip_country', { column: 'ip_country' }],
  ['transaction.id', { column: 'transaction_id' }],
  ['transaction.createdAtMs', { column: 'transaction_time' }],
  ['transaction.currency', { column: 'currency' }],
  ['transaction.account.id', { column: 'user_id' }],
]

const LABEL = { column: 'fraudulent', fraud: ['1', 'true'], genuine: ['0', 'false'], source: 'import' }

/** Days until a label is taken to be known when a file says nothing: most chargebacks arrive within them. */
const DEFAULT_DELAY_DAYS = 30

/**
 * A mapping for a file that came without one: the aliases above, and columns named like the record's own fields.
 *
 * @param header the file's columns
 * @param currency of amounts, when no column names one
 */
export function mappingOfHeader(header: readonly string[], currency: string): Mapping {
  const mapping = withAliases(
    { format: MAPPING_FORMAT, columns: {}, label: { ...LABEL, delayDays: DEFAULT_DELAY_DAYS } },
    header,
  )
  const named = header.filter(name => FIELDS.has(name)).map(name => [name, name] as const)
  const columns = { ...mapping.columns, ...Object.fromEntries(named) }
  const constants = {
    ...mapping.constants,
    ...(!columns['transaction.currency'] && { 'transaction.currency': currency }),
  }
  return { ...mapping, columns, constants }
}

/** Adds the aliases a header has, as far as the mapping leaves both the field and the column free. */
export function withAliases(mapping: Mapping, header: readonly string[]): Mapping {
  const columns = { ...mapping.columns }
  const constants = { ...mapping.constants }
  const taken = new Set([
    ...Object.values(columns).map(columnName),
    mapping.label.column,
    ...(mapping.never ?? []),
  ])
  for (const [path, mapped] of ALIASES) {
    if (!header.includes(mapped.column) || taken.has(mapped.column) || columns[path] || path in constants)
      continue
    columns[path] = mapped
    if (mapped.column === 'click_through_rate') constants['signals.product_impressions'] ??= 100
  }
  return { ...mapping, columns, constants }
}
