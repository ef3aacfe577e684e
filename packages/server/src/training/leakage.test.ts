import { describe, expect, it } from 'vitest'
import { groupColumns } from './column-groups.ts'
import { type LeakageRows, leakingFeatures } from './leakage.ts'

const COLUMNS = [
  'trans_amount',
  'trans_freq',
  'payment_method=card',
  'payment_method=wallet',
  'trans_risk_score',
]
const ROWS = 2000
const isFraud = (row: number) => row % 50 === 0
/** A value that tells nothing. */
const noise = (row: number) => (row * 7919) % 1000

/** Rows where every column is noise but for what is planted. */
function rowsWith(plant: (row: number) => Readonly<Record<string, number>>): LeakageRows {
  const table = Array.from({ length: ROWS }, (_, row) => {
    const values: Readonly<Record<string, number>> = {
      trans_amount: noise(row),
      trans_freq: noise(row + 3),
      'payment_method=card': row % 2,
      'payment_method=wallet': (row + 1) % 2,
      trans_risk_score: noise(row + 5),
      ...plant(row),
    }
    return COLUMNS.map(column => values[column] as number)
  })
  return {
    labels: table.map((_, row) => Number(isFraud(row))),
    valuesOf: places => Float32Array.from(table.flatMap(row => places.map(place => row[place] as number))),
  }
}

const alarm = (plant: (row: number) => Readonly<Record<string, number>>) =>
  leakingFeatures(groupColumns(COLUMNS), rowsWith(plant), rowsWith(plant), 0.7)

describe('the leakage alarm', () => {
  it('is silent without a leak', () => {
    expect(alarm(() => ({}))).toEqual([])
  })

  it.each([
    ['that is high for fraud', (row: number) => ({ trans_freq: isFraud(row) ? 5000 + row : noise(row) })],
    ['that is low for fraud', (row: number) => ({ trans_freq: isFraud(row) ? -1 - row : noise(row) })],
    ['that only fraud has', (row: number) => ({ trans_freq: isFraud(row) ? noise(row) : Number.NaN })],
    ['that only fraud lacks', (row: number) => ({ trans_freq: isFraud(row) ? Number.NaN : noise(row) })],
  ])('names a number %s', (_, plant) => {
    expect(alarm(plant)).toEqual(['trans_freq'])
  })

  it('names a category one word of which means fraud, whichever it is', () => {
    for (const word of ['card', 'wallet', 'other'])
      expect(
        alarm(row => ({
          'payment_method=card': Number((word === 'card') === isFraud(row)),
          'payment_method=wallet': Number(word === 'wallet' && isFraud(row)),
        })),
        word,
      ).toEqual(['payment_method'])
  })

  it('names a category that only fraud lacks', () => {
    expect(
      alarm(row =>
        isFraud(row) ? { 'payment_method=card': Number.NaN, 'payment_method=wallet': Number.NaN } : {},
      ),
    ).toEqual(['payment_method'])
  })

  it('leaves out the pre-score, which is a model itself', () => {
    expect(alarm(row => ({ trans_risk_score: Number(isFraud(row)) }))).toEqual([])
  })
})
