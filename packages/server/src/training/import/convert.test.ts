import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Changes } from './changes.ts'
import { converter, RowFault } from './convert.ts'
import type { MappedColumn } from './mapping.ts'

const AMOUNT = { path: 'transaction.amountMinor', kind: 'money' } as const
const column = (more: Partial<MappedColumn> = {}): MappedColumn => ({ column: 'total', ...more })

function amountOf(text: string, more: Partial<MappedColumn> = {}) {
  const changes = new Changes()
  return { value: converter(AMOUNT, column(more))(text, { minorDigits: 2, changes }), changes: changes.all() }
}

/** An amount in minor units as people write it: grouped or not, with this or that separator. */
function written(minor: number, isGrouped: boolean, group: string, point: string): string {
  const major = String(Math.floor(minor / 100))
  const whole = isGrouped ? major.replaceAll(/\B(?=(\d{3})+$)/g, group) : major
  return `${whole}${point}${String(minor % 100).padStart(2, '0')}`
}

const minor = fc.integer({ min: 0, max: 1e12 })

describe('an amount', () => {
  it('is read back whatever its separators, when the mapping says which', () => {
    fc.assert(
      fc.property(minor, fc.boolean(), (amount, isGrouped) => {
        expect(amountOf(written(amount, isGrouped, ',', '.')).value).toBe(amount)
        expect(amountOf(written(amount, isGrouped, ' ', '.')).value).toBe(amount)
        expect(amountOf(written(amount, isGrouped, '.', ','), { decimalComma: true }).value).toBe(amount)
        expect(amountOf(written(amount, isGrouped, '\u00a0', ','), { decimalComma: true }).value).toBe(amount)
      }),
    )
  })

  it('is never read at all when the mapping says the other one', () => {
    fc.assert(
      fc.property(minor, fc.boolean(), (amount, isGrouped) => {
        expect(() => amountOf(written(amount, isGrouped, '.', ','))).toThrow(RowFault)
        expect(() => amountOf(written(amount, isGrouped, ',', '.'), { decimalComma: true })).toThrow(RowFault)
      }),
    )
  })

  it.each(['12 34', '1,23,456', '1.2.3', 'S/ 45.90', '--5', '(45.00)', '0x10', 'Infinity'])(
    '%j is none',
    text => {
      expect(() => amountOf(text)).toThrow(RowFault)
    },
  )

  it('with more decimals than its currency has is rounded and counted', () => {
    expect(amountOf('12.345')).toMatchObject({ value: 1235, changes: [{ code: 'rounded', count: 1 }] })
    expect(amountOf('0.29')).toMatchObject({ value: 29, changes: [] })
  })

  it('that a word stands for is none, unless the mapping replaces the word', () => {
    expect(amountOf('NULL')).toMatchObject({ value: null, changes: [{ code: 'null_word', count: 1 }] })
    expect(amountOf('NULL', { values: { NULL: 0 } })).toMatchObject({ value: 0, changes: [] })
  })
})
