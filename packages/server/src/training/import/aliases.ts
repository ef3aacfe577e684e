import { FIELDS } from './fields.ts'
import { columnName, MAPPING_FORMAT, type MappedColumn, type Mapping } from './mapping.ts'

/** A field with the header names that fill it when no mapping says otherwise, the first that is there wins. */
interface Alias {
  readonly path: string
  readonly names: readonly string[]
  readonly as?: Omit<MappedColumn, 'column'>
}

const metadata = (name: string, ...others: string[]): Alias => ({
  path: `transaction.metadata.${name}`,
  names: [name, ...others],
})

/**
 * Every header name of the commission (its sample file, its recommended variables, its lists of features and of
 * metadata) and a few more. What the service makes itself, from history and from the address, only travels along as
 * metadata. A click-through rate carries no counts: it stands as clicks among a hundred impressions.
 */
const ALIASES: readonly Alias[] = [
  { path: 'transaction.amountMinor', names: ['transaction_amount', 'trans_amount'] },
  metadata('transaction_frequency', 'trans_freq'),
  metadata('average_transaction_amount', 'avg_trans_amount', 'avg_transaction_amount'),
  metadata('time_since_last_transaction', 'time_since_last_trans'),
  { path: 'signals.session_duration_ms', names: ['session_duration'], as: { scale: 1000 } },
  { path: 'signals.product_clicks', names: ['click_through_rate'], as: { scale: 100 } },
  { path: 'signals.cart_adds', names: ['add_to_cart_frequency', 'add_to_cart_freq'] },
  { path: 'transaction.shipping.country', names: ['geo_location', 'geographic_location'] },
  { path: 'signals.device_class', names: ['device_type'] },
  metadata('ip_country', 'ip_address_country'),
  metadata('transaction_risk_score', 'trans_risk_score'),
  metadata('time_of_day'),
  ...['source_data_id', 'extraction_timestamp', 'source_type', 'feature_name'].map(name => metadata(name)),
  ...['importance_score', 'model_version', 'precision', 'recall', 'f1_score'].map(name => metadata(name)),
  { path: 'transaction.id', names: ['transaction_id'] },
  {
    path: 'transaction.createdAtMs',
    names: ['transaction_time', 'transaction_timestamp', 'timestamp'],
  },
  { path: 'transaction.currency', names: ['currency'] },
  { path: 'transaction.account.id', names: ['user_id', 'account_id'] },
  { path: 'sessionId', names: ['session_id'] },
  { path: 'remoteIp', names: ['ip_address'] },
]

const LABEL = {
  column: 'fraudulent',
  fraud: ['1', 'true', 'True', 'TRUE', '1.0'],
  genuine: ['0', 'false', 'False', 'FALSE', '0.0'],
  source: 'import',
}

/** Days until a label is taken to be known when a file says nothing: most chargebacks arrive within them. */
const DEFAULT_DELAY_DAYS = 30

/** The commission prints some names in words: "Transaction Amount", "Click-through Rate". */
const plain = (header: string) =>
  header
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')

/**
 * A mapping for a file that came without one: the aliases above, and columns named like the record's own fields.
 *
 * @param header the file's columns
 * @param currency of amounts, when no column names one
 */
export function mappingOfHeader(header: readonly string[], currency: string): Mapping {
  const column = header.find(name => plain(name) === LABEL.column) ?? LABEL.column
  const mapping = withAliases(
    { format: MAPPING_FORMAT, columns: {}, label: { ...LABEL, column, delayDays: DEFAULT_DELAY_DAYS } },
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
  for (const { path, names, as } of ALIASES) {
    const column = names
      .map(name => header.find(one => plain(one) === name))
      .find(found => found !== undefined && !taken.has(found))
    if (column === undefined || columns[path] || path in constants) continue
    // A mapping that says when an order arrived has said it.
    if (path === 'transaction.createdAtMs' && columns['receivedAtMs']) continue
    columns[path] = { column, ...as }
    if (path === 'signals.product_clicks') constants['signals.product_impressions'] ??= 100
  }
  return { ...mapping, columns, constants }
}
