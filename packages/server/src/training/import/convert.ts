import type { Field } from './fields.ts'
import type { MappedColumn } from './mapping.ts'

/** A value that a row cannot have; the message says why, in words for the person who owns the file. */
export class RowFault extends Error {}

type Value = string | number | boolean

/** Turns a column's text into the field's value. Times are read elsewhere. */
export type Convert = (text: string) => Value

/**
 * Makes the conversion of a column.
 *
 * @param minorDigits decimal digits of the currency's minor unit
 */
export function converter({ path, kind }: Field, mapped: MappedColumn, minorDigits: number): Convert {
  const replacements = new Map(Object.entries(mapped.values ?? {}))
  const convert = conversionOf(kind, path, mapped, minorDigits)
  return text => replacements.get(text) ?? convert(text)
}

function conversionOf(kind: Field['kind'], path: string, mapped: MappedColumn, minorDigits: number): Convert {
  const { scale = 1 } = mapped
  if (kind === 'text') return mapped.unit === 'ipv4_number' ? text => ipv4Of(text, path) : text => text.trim()
  if (kind === 'boolean') return text => booleanOf(text, path)
  const decimal = (text: string) => decimalOf(text, mapped.decimalComma === true, path)
  if (kind === 'integer') return text => Math.round(decimal(text) * scale)
  const factor = kind === 'money' && mapped.unit !== 'minor' ? scale * 10 ** minorDigits : scale
  if (kind === 'money') return text => Math.round(Number((decimal(text) * factor).toPrecision(15)))
  return text => decimal(text) * factor
}

function decimalOf(text: string, decimalComma: boolean, path: string): number {
  const compact = text.trim().replaceAll(/[\s\u00a0]/g, '')
  const plain = decimalComma ? compact.replaceAll('.', '').replace(',', '.') : compact.replaceAll(',', '')
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain))
    throw new RowFault(`${path}: "${text}" is not a number`)
  return Number(plain)
}

/** Dotted form of an IPv4 address that is written as one number; spreadsheets leave decimals behind it. */
function ipv4Of(text: string, path: string): string {
  const number = Math.floor(decimalOf(text, false, path))
  if (number < 0 || number >= 2 ** 32) throw new RowFault(`${path}: "${text}" is no IPv4 address as a number`)
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}

function booleanOf(text: string, path: string): boolean {
  const word = text.trim().toLowerCase()
  if (['1', 'true', 't', 'yes', 'y', 'si', 'sí'].includes(word)) return true
  if (['0', 'false', 'f', 'no', 'n'].includes(word)) return false
  throw new RowFault(`${path}: "${text}" is neither yes nor no`)
}
