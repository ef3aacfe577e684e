import { createHash } from 'node:crypto'

/**
 * Identifies plain JSON data by its content: the first 128 bits of SHA-256 over its canonical form, hexadecimal.
 * The canonical form is JSON without blanks and with the keys of objects sorted, as RFC 8785 has it for data whose
 * keys are ASCII.
 */
export function contentHash(data: unknown): string {
  return createHash('sha256').update(canonicalJson(data)).digest('hex').slice(0, 32)
}

/** JSON of plain data with sorted keys, the same text for equal data. */
export function canonicalJson(data: unknown): string {
  return JSON.stringify(data, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}
