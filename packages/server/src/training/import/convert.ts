import { DEVICE_CLASSES } from '@atalaya/client/contract'
import type { Changes } from './changes.ts'
import { countryOf } from './countries.ts'
import type { Field } from './fields.ts'
import type { MappedColumn } from './mapping.ts'

/** Why a row cannot be a record. */
export type RowFaultCode =
  | 'broken_line'
  | 'nul_bytes'
  | 'not_a_number'
  | 'decimal_comma'
  | 'decimal_point'
  | 'minor_fraction'
  | 'amount_negative'
  | 'not_a_boolean'
  | 'not_an_address'
  | 'time_unreadable'
  | 'time_missing'
  | 'time_out_of_range'
  | 'label_unknown'
  | 'label_before_event'
  | 'row_repeated'
  | 'id_reused'
  | 'not_a_record'

/** A value that a row cannot have; the message says why, in words for the person who owns the file. */
export class RowFault extends Error {
  readonly code: RowFaultCode
  /** The field at fault; empty for a whole row. */
  readonly path: string

  constructor(code: RowFaultCode, path: string, what: string) {
    super(path === '' ? what : `${path}: ${what}`)
    this.code = code
    this.path = path
  }
}

type Value = string | number | boolean

/** What a conversion must know of the row. */
export interface RowContext {
  /** Decimal digits of the currency's minor unit. */
  readonly minorDigits: number
  readonly changes: Changes
}

/** Turns a column's text into the field's value; null where it means none. Times are read elsewhere. */
export type Convert = (text: string, row: RowContext) => Value | null

/** Words that exports write where there is no value. `NA` is not among them: it is Namibia. */
export const NULL_WORDS: ReadonlySet<string> = new Set([
  'NULL',
  'null',
  '\\N',
  'NaN',
  'nan',
  'None',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaT',
  'undefined',
])

/** Makes the conversion of a column. */
export function converter(field: Field, mapped: MappedColumn): Convert {
  const replacements = new Map(Object.entries(mapped.values ?? {}))
  const convert = conversionOf(field, mapped)
  return (text, row) => {
    const replaced = replacements.get(text)
    if (replaced !== undefined) return replaced
    if (!NULL_WORDS.has(text.trim())) return convert(text, row)
    row.changes.add('null_word', field.path, text)
    return null
  }
}

function conversionOf({ path, kind }: Field, mapped: MappedColumn): Convert {
  if (path === 'signals.device_class') return deviceClass(path)
  if (path.endsWith('.country') || path.endsWith('.issuerCountry')) return country(path)
  if (path === 'transaction.currency') return text => text.trim().toUpperCase()
  if (kind === 'text') return mapped.unit === 'ipv4_number' ? text => ipv4Of(text, path) : text => text.trim()
  if (kind === 'boolean') return text => booleanOf(text, path)
  const { scale = 1 } = mapped
  const decimal = (text: string) => decimalOf(text, mapped.decimalComma === true, path)
  if (kind === 'integer') return (text, row) => rounded(decimal(text) * scale, text, path, row)
  if (kind === 'money') return money(path, mapped, decimal)
  return text => decimal(text) * scale
}

function money(path: string, { unit, scale = 1 }: MappedColumn, decimal: (text: string) => number): Convert {
  return (text, row) => {
    const factor = unit === 'minor' ? scale : scale * 10 ** row.minorDigits
    const value = Number((decimal(text) * factor).toPrecision(15))
    if (value < 0) throw new RowFault('amount_negative', path, `"${text}" is negative`)
    if (unit === 'minor' && !Number.isInteger(value))
      throw new RowFault('minor_fraction', path, `"${text}" is no whole number of minor units`)
    return rounded(value, text, path, row)
  }
}

function rounded(value: number, text: string, path: string, { changes }: RowContext): number {
  const whole = Math.round(value)
  if (Math.abs(whole - value) > 1e-6) changes.add('rounded', path, text)
  return whole
}

function country(path: string): Convert {
  return (text, { changes }) => {
    const code = countryOf(text)
    if (code === null) changes.add('country_unknown', path, text)
    else if (code !== text.trim()) changes.add('country_mapped', path, text)
    return code
  }
}

const CLASSES: readonly string[] = DEVICE_CLASSES
const DEVICES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...Object.fromEntries(DEVICE_CLASSES.map(name => [name, name])),
    ...{ phone: 'mobile', smartphone: 'mobile', pc: 'desktop', computer: 'desktop', laptop: 'desktop' },
  }).map(([word, name]) => [word, CLASSES.indexOf(name)]),
)

/** A signal is a number: the place of the word in the vocabulary, which is what the SDK sends as well. */
function deviceClass(path: string): Convert {
  return (text, { changes }) => {
    const word = text.trim().toLowerCase()
    const place = DEVICES.get(word) ?? (DEVICE_CLASSES[Number(word)] === undefined ? undefined : Number(word))
    if (place !== undefined) return place
    changes.add('device_unknown', path, text)
    return DEVICE_CLASSES.indexOf('unknown')
  }
}

const POINT = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const POINT_GROUPED = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/
const COMMA = /^[+-]?(\d+,?\d*|,\d+)$/
const COMMA_GROUPED = /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/
const SPACE_GROUPED = /^[+-]?\d{1,3}(\s\d{3})+([.,]\d*)?$/

/** A separator that the mapping does not promise is a fault: guessing it wrong would be wrong by a hundred. */
function decimalOf(text: string, decimalComma: boolean, path: string): number {
  const trimmed = text.trim()
  const compact = SPACE_GROUPED.test(trimmed) ? trimmed.replaceAll(/\s/g, '') : trimmed
  if (decimalComma) {
    if (COMMA.test(compact) || COMMA_GROUPED.test(compact))
      return Number(compact.replaceAll('.', '').replace(',', '.'))
    if (POINT.test(compact) || POINT_GROUPED.test(compact))
      throw new RowFault('decimal_point', path, `"${text}" has a decimal point, the mapping says comma`)
  } else {
    if (POINT.test(compact)) return Number(compact)
    if (POINT_GROUPED.test(compact)) return Number(compact.replaceAll(',', ''))
    if (COMMA.test(compact) || COMMA_GROUPED.test(compact))
      throw new RowFault('decimal_comma', path, `"${text}" has a decimal comma, the mapping does not say so`)
  }
  throw new RowFault('not_a_number', path, `"${text}" is not a number`)
}

/** Dotted form of an IPv4 address that is written as one number; spreadsheets leave decimals behind it. */
function ipv4Of(text: string, path: string): string {
  const number = Math.floor(decimalOf(text, false, path))
  if (number < 0 || number >= 2 ** 32)
    throw new RowFault('not_an_address', path, `"${text}" is no IPv4 address as a number`)
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}

function booleanOf(text: string, path: string): boolean {
  const word = text.trim().toLowerCase()
  if (['1', 'true', 't', 'yes', 'y', 'si', 'sí'].includes(word)) return true
  if (['0', 'false', 'f', 'no', 'n'].includes(word)) return false
  throw new RowFault('not_a_boolean', path, `"${text}" is neither yes nor no`)
}
