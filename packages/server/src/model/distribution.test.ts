import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeNumbers, distributeNumbers, distributeWords, populationStability } from './distribution.ts'

const numbers = fc
  .array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN), fc.float({ noNaN: true })), {
    minLength: 1,
    maxLength: 200,
  })
  .map(values => Float32Array.from(values.filter(value => Math.abs(value) < 1e9 || Number.isNaN(value))))
  .filter(values => values.length > 0)

describe('a distribution', () => {
  it('counts every value once', () => {
    fc.assert(
      fc.property(numbers, values => {
        const { shares, missing, edges } = describeNumbers(values)
        expect(shares.length).toBe(edges.length + 1)
        expect(shares.reduce((sum, share) => sum + share, missing)).toBeCloseTo(1, 4)
      }),
    )
  })

  it('has a bin for each of few values, whatever their shares', () => {
    const flags = Float32Array.from({ length: 100 }, (_, row) => (row === 7 ? 0 : 1))
    expect(describeNumbers(flags)).toEqual({ kind: 'number', edges: [0], shares: [0.01, 0.99], missing: 0 })
  })

  it('has tenths of many values', () => {
    const { shares } = describeNumbers(Float32Array.from({ length: 1000 }, (_, row) => row * 1.7))
    expect(shares).toHaveLength(10)
    for (const share of shares) expect(share).toBeCloseTo(0.1, 2)
  })

  it('tells the most frequent greatest value from those below it', () => {
    const capped = Float32Array.from({ length: 200 }, (_, row) => (row < 15 ? row : 30))
    expect(describeNumbers(capped).shares.at(-1)).toBeCloseTo(185 / 200)
  })

  it('of a category knows words that are not in its vocabulary, and missing ones', () => {
    expect(distributeWords(['a', 'b', 'zebra', null], ['a', 'b'])).toEqual({
      ...{ kind: 'category', values: ['a', 'b'], shares: [0.25, 0.25], rest: 0.25, missing: 0.25 },
    })
  })
})

describe('the population stability index', () => {
  it('is zero for the same distribution and positive for another', () => {
    fc.assert(
      fc.property(numbers, numbers, (values, others) => {
        const before = describeNumbers(values)
        expect(populationStability(before, before)).toBe(0)
        expect(populationStability(before, distributeNumbers(others, before.edges))).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('equals its definition', () => {
    const before = distributeWords(['a', 'a', 'a', 'b'], ['a', 'b'])
    const after = distributeWords(['a', 'b', 'b', 'b'], ['a', 'b'])
    const expected = (0.25 - 0.75) * Math.log(0.25 / 0.75) + (0.75 - 0.25) * Math.log(0.75 / 0.25)
    expect(populationStability(before, after)).toBeCloseTo(expected, 12)
  })

  it('sees values that went missing', () => {
    const before = describeNumbers(Float32Array.from([1, 2, 3, 4]))
    const after = distributeNumbers(Float32Array.from([1, Number.NaN, Number.NaN, 4]), before.edges)
    expect(populationStability(before, after)).toBeGreaterThan(0.25)
  })
})
