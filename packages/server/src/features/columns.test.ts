import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CATALOGUE, computeFeatures } from './catalogue.ts'
import { COLUMNS, encodeRow, encoder, featureOfColumn } from './columns.ts'
import { featureInputs } from './testing/arbitraries.ts'

describe('columns', () => {
  it('are one for a number or a flag, and one a word and "other" for a category', () => {
    expect(COLUMNS).toContain('trans_amount')
    expect(COLUMNS.filter(column => column.startsWith('device_type='))).toEqual([
      'device_type=unknown',
      'device_type=desktop',
      'device_type=mobile',
      'device_type=tablet',
      'device_type=bot',
      'device_type=other',
    ])
  })

  it('are each named once, in the order of the catalogue', () => {
    expect(new Set(COLUMNS).size).toBe(COLUMNS.length)
    expect([...new Set(COLUMNS.map(featureOfColumn))]).toEqual(CATALOGUE.map(({ name }) => name))
  })
})

describe('an encoded row', () => {
  const columns = ['device_type=mobile', 'trans_amount', 'is_night', 'device_type=other']

  it('has the places that the model names', () => {
    const row = { trans_amount: 12.5, is_night: true, device_type: 'mobile' }
    expect([...encodeRow(row, columns)]).toEqual([1, 12.5, 1, 0])
  })

  it('counts a word outside the vocabulary as other', () => {
    expect([...encodeRow({ device_type: 'fridge' }, columns)].at(-1)).toBe(1)
  })

  it('leaves all columns of a category 0 when its word has no column in the model', () => {
    expect([...encodeRow({ device_type: 'desktop' }, ['device_type=mobile', 'device_type=other'])]).toEqual([
      0, 0,
    ])
  })

  it('is NaN in every column of a feature that is missing', () => {
    expect([...encodeRow({ trans_amount: null }, columns)]).toEqual([NaN, NaN, NaN, NaN])
  })

  it('has exactly one 1 among the columns of a category that is there', () => {
    const encode = encoder(COLUMNS)
    fc.assert(
      fc.property(featureInputs, input => {
        const row = computeFeatures(input)
        const encoded = encode(row)
        for (const { name } of CATALOGUE.filter(({ type }) => type === 'category')) {
          const ones = COLUMNS.flatMap((column, at) =>
            featureOfColumn(column) === name ? [encoded[at]] : [],
          )
          expect(ones.filter(value => value === 1).length, name).toBe(row[name] === null ? 0 : 1)
          expect(
            ones.every(value => Number.isNaN(value)),
            name,
          ).toBe(row[name] === null)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('is refused for a column that the catalogue does not have', () => {
    expect(() => encoder(['trans_amount', 'shoe_size'])).toThrow(
      expect.objectContaining({ code: 'unknown_column', message: expect.stringContaining('shoe_size') }),
    )
  })
})
