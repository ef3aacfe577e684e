import { describe, expect, it } from 'vitest'
import { csvOf, gate, mappingWith, type PlantedRow, soundRows } from '../testing/planted-files.ts'

const withAmounts = (amount: (index: number) => string, more: PlantedRow = {}) =>
  csvOf(
    soundRows(200).map((row, index) => ({ ...row, ...more, transaction_amount: amount(index) })),
    ';',
  )
const amountAs = (as: Record<string, unknown>) =>
  mappingWith({ columns: { 'transaction.amountMinor': { column: 'transaction_amount', ...as } } })

describe('separators', () => {
  it('decimal commas that the mapping does not promise refuse the file and are never read as thousands', async () => {
    const { finding, report } = await gate(withAmounts(index => (index % 2 ? `${index},50` : `${index}`)))
    expect(finding('decimal_comma')).toMatchObject({
      severity: 'refuse',
      rows: 100,
      subject: 'transaction_amount',
    })
    expect(finding('decimal_comma')?.mend).toContain('"decimalComma": true')
    expect(report.amounts.every(({ fromMinor }) => fromMinor < 20_000)).toBe(true)
  })

  it('decimal points in a column that is said to have commas refuse it', async () => {
    const { finding } = await gate(
      withAmounts(index => `${index}.50`),
      amountAs({ decimalComma: true }),
    )
    expect(finding('decimal_point')).toMatchObject({ severity: 'refuse', rows: 200 })
  })

  it('are read where the mapping and the text agree', async () => {
    const commas = await gate(
      withAmounts(index => `1.${200 + index},50`),
      amountAs({ decimalComma: true }),
    )
    const points = await gate(withAmounts(index => `1,${200 + index}.50`))
    for (const { report, finding } of [commas, points]) {
      expect(report.rows.good).toBe(200)
      expect(report.amounts.every(({ fromMinor }) => fromMinor > 99_000)).toBe(true)
      expect(finding('thousands_or_decimals')).toBeUndefined()
    }
  })

  it('1,234 alone may be either, which is warned of', async () => {
    const { finding } = await gate(withAmounts(index => (index < 5 ? '1,234' : `${index}`)))
    expect(finding('thousands_or_decimals')).toMatchObject({ severity: 'warn', rows: 5 })
  })
})

describe('amounts', () => {
  it('below zero are set aside, zeros are kept and warned of', async () => {
    const { finding, report } = await gate(
      withAmounts(index => (index === 4 ? '-3.50' : index === 6 ? '0.00' : '12.10')),
    )
    expect(finding('amount_negative')).toMatchObject({ severity: 'warn', rows: 1, lines: [6] })
    expect(finding('amount_zero')).toMatchObject({ severity: 'warn', rows: 1, lines: [8] })
    expect(report.rows.good).toBe(199)
  })

  it('far above all others are warned of with their lines', async () => {
    const { finding } = await gate(
      withAmounts(index => (index === 9 ? '4990000.00' : `${20 + (index % 50)}.90`)),
    )
    expect(finding('amount_absurd')).toMatchObject({ severity: 'warn', lines: [11] })
  })

  it('that look like cents read as soles are warned of', async () => {
    const { finding } = await gate(withAmounts(index => `${4990 + index * 100}`))
    expect(finding('amount_units')).toMatchObject({ severity: 'warn' })
    expect(
      (
        await gate(
          withAmounts(index => `${4990 + index * 100}`),
          amountAs({ unit: 'minor' }),
        )
      ).finding('amount_units'),
    ).toBeUndefined()
  })

  it('with decimals in a column of minor units refuse it', async () => {
    const { finding } = await gate(
      withAmounts(() => '49.90'),
      amountAs({ unit: 'minor' }),
    )
    expect(finding('minor_fraction')).toMatchObject({ severity: 'refuse', rows: 200 })
  })

  it('take the decimals of their own currency', async () => {
    const rows = soundRows(200).map((row, index) => ({
      ...row,
      transaction_amount: '5000',
      currency: index < 50 ? 'clp' : 'PEN',
    }))
    const { finding, report } = await gate(csvOf(rows))
    expect(report.amounts.map(({ fromMinor, rows: count }) => [Math.round(fromMinor), count])).toEqual([
      [3981, 50],
      [398107, 150],
    ])
    expect(finding('currencies')?.message).toContain('CLP')
  })
})

describe('vocabularies', () => {
  it('countries by name, alpha-3 or small letters become codes; others are left out and named', async () => {
    const words = ['PE', 'pe', 'PER', 'Perú', 'Peru', 'United States', 'Narnia']
    const rows = soundRows(70).map((row, index) => ({ ...row, geo_location: words[index % 7] ?? '' }))
    const { finding, report } = await gate(csvOf(rows))
    expect(finding('countries_mapped')).toMatchObject({ severity: 'note', rows: 50 })
    expect(finding('country_unknown')).toMatchObject({
      severity: 'warn',
      rows: 10,
      lines: [8, 15, 22, 29, 36],
    })
    expect(finding('country_unknown')?.message).toContain('"Narnia"')
    expect(report.rows.good).toBe(70)
  })

  it('NA is Namibia and no missing value', async () => {
    const rows = soundRows(40).map((row, index) => ({ ...row, geo_location: index % 2 ? 'NA' : 'PE' }))
    expect((await gate(csvOf(rows))).finding('null_words')).toBeUndefined()
  })

  it('device types that nobody knows become "unknown" and are counted', async () => {
    const rows = soundRows(40).map((row, index) => ({ ...row, device_type: index % 4 ? 'Mobile' : 'fridge' }))
    const { finding, report } = await gate(csvOf(rows))
    expect(finding('device_unknown')).toMatchObject({ severity: 'warn', rows: 10 })
    expect(report.rows.good).toBe(40)
  })
})
