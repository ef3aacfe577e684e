import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { COLUMNS } from '../../features/index.ts'
import { attributesOf, type Nominal } from './attributes.ts'
import { nearestNeighbours } from './neighbours.ts'
import { smoteRows } from './smote.ts'
import { withSynthetic } from './with-synthetic.ts'

const columns = ['trans_amount', 'trans_amount_log', 'email_disposable', ...deviceTypes()]

function deviceTypes(): string[] {
  return COLUMNS.filter(column => column.startsWith('device_type='))
}

const { numbers, nominals } = attributesOf(columns)

/** A row: amount, its logarithm, a yes/no, a device type (or none of the known), each perhaps missing. */
const rowArbitrary = fc
  .tuple(
    fc.option(fc.integer({ min: 0, max: 1_000_000 })),
    fc.option(fc.float({ min: 0, max: 20, noNaN: true })),
    fc.option(fc.boolean()),
    fc.option(fc.nat(deviceTypes().length)),
  )
  .map(([amount, log, disposable, device]) => [
    amount ?? Number.NaN,
    log ?? Number.NaN,
    disposable === null ? Number.NaN : Number(disposable),
    ...deviceTypes().map((_, word) => (device === null ? Number.NaN : Number(word === device))),
  ])
const minorityArbitrary = fc.array(rowArbitrary, { minLength: 2, maxLength: 30 })

const valuesOf = (rows: readonly number[][]) => Float32Array.from(rows.flat())
const rowsOf = (values: Float32Array) =>
  Array.from({ length: values.length / columns.length }, (_, row) =>
    values.subarray(row * columns.length, (row + 1) * columns.length),
  )
const codesOf = ({ places }: Nominal, rows: readonly ArrayLike<number>[]) =>
  new Set(rows.map(row => places.map(place => row[place]).join()))

describe('attributes', () => {
  it('are numbers, yes/nos, and categories with all their columns', () => {
    expect(numbers).toEqual([0, 1])
    expect(nominals).toEqual([
      { places: [2], isCategory: false },
      { places: deviceTypes().map((_, word) => 3 + word), isCategory: true },
    ])
  })
})

describe('a synthetic row', () => {
  it('has numbers between those of real rows, whole where they are whole', () => {
    fc.assert(
      fc.property(minorityArbitrary, fc.nat(), (rows, seed) => {
        const real = valuesOf(rows)
        for (const row of rowsOf(smoteRows({ values: real, columns }, 50, seed)))
          for (const place of numbers) {
            const value = row[place] as number
            const known = rowsOf(real)
              .map(other => other[place] as number)
              .filter(other => !Number.isNaN(other))
            if (Number.isNaN(value)) expect(known.length).toBeLessThan(rows.length)
            else {
              expect(value).toBeGreaterThanOrEqual(Math.min(...known))
              expect(value).toBeLessThanOrEqual(Math.max(...known))
              if (place === 0) expect(Number.isInteger(value)).toBe(true)
            }
          }
      }),
    )
  })

  it('has a yes/no and a category that some real row has, never a mixture', () => {
    fc.assert(
      fc.property(minorityArbitrary, fc.nat(), (rows, seed) => {
        const synthetic = rowsOf(smoteRows({ values: valuesOf(rows), columns }, 50, seed))
        for (const nominal of nominals)
          for (const code of codesOf(nominal, synthetic)) expect(codesOf(nominal, rows)).toContain(code)
      }),
    )
  })

  it('is the same for the same seed and another for another', () => {
    const rows = Array.from({ length: 20 }, (_, row) => [row * row, Math.sin(row), row % 2, 1, 0, 0, 0, 0])
    const values = valuesOf(rows.map(row => columns.map((_, place) => row[place] ?? 0)))
    const made = (seed: number) => smoteRows({ values, columns }, 100, seed)
    expect(made(1)).toEqual(made(1))
    expect(made(1)).not.toEqual(made(2))
  })
})

describe('the nearest rows', () => {
  const rowWith = (amount: number, log: number, yes: number) => [
    ...[amount, log, yes],
    ...deviceTypes().map((_, word) => Number(word === 0)),
  ]

  it('are near by rank, so that a far outlier or another unit changes nothing', () => {
    const near = (factor: number) =>
      nearestNeighbours(
        valuesOf([1, 2, 3, 4, 1e9].map((amount, row) => rowWith(amount * factor, row, 0))),
        columns.length,
        { numbers, nominals },
        1,
      )
    expect(near(1)[4]).toBe(3)
    expect(near(1)[0]).toBe(1)
    expect(near(1)).toEqual(near(100))
  })

  it('are those that agree in yes/nos, other things being equal', () => {
    const values = valuesOf([rowWith(1, 1, 0), rowWith(1, 2, 1), rowWith(2, 1, 1), rowWith(2, 2, 0)])
    expect(nearestNeighbours(values, columns.length, { numbers, nominals }, 1)).toHaveLength(4)
    const flagsAlone = { numbers: [], nominals }
    expect([...nearestNeighbours(values, columns.length, flagsAlone, 1)]).toEqual([3, 2, 1, 0])
  })

  it('are never the row itself, and as many as there are', () => {
    fc.assert(
      fc.property(minorityArbitrary, fc.integer({ min: 1, max: 7 }), (rows, count) => {
        const nearest = nearestNeighbours(valuesOf(rows), columns.length, { numbers, nominals }, count)
        const wanted = Math.min(count, rows.length - 1)
        expect(nearest).toHaveLength(rows.length * wanted)
        for (let row = 0; row < rows.length; row++) {
          const found = [...nearest.subarray(row * wanted, (row + 1) * wanted)]
          expect(found).not.toContain(row)
          expect(new Set(found).size).toBe(wanted)
        }
      }),
    )
  })
})

describe('rows with synthetic frauds', () => {
  const label = Float32Array.from({ length: 400 }, (_, row) => Number(row % 100 < 2))
  const values = Float32Array.from({ length: 400 * columns.length }, (_, at) => at % 7)
  const all = withSynthetic({ values, columns, label }, 0.1, 1)

  it('begin with the given rows as they were, and reach the wanted share', () => {
    expect(all.values.subarray(0, values.length)).toEqual(values)
    expect(all.label.subarray(0, label.length)).toEqual(label)
    expect(all.label.subarray(label.length).every(truth => truth === 1)).toBe(true)
    const frauds = all.label.reduce((sum, truth) => sum + truth, 0)
    expect(frauds / all.label.length).toBeCloseTo(0.1, 2)
    expect(all.values).toHaveLength(all.label.length * columns.length)
  })

  it('are the given rows alone when fraud has its share, or is one row', () => {
    const rows = { values, columns, label }
    expect(withSynthetic(rows, 0.01, 1)).toBe(rows)
    const single = { ...rows, label: label.map((_, row) => Number(row === 5)) }
    expect(withSynthetic(single, 0.1, 1)).toBe(single)
  })
})
