import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrate, fitIsotonic, fitPlatt, UNCALIBRATED } from './calibration.ts'
import { ModelError } from './errors.ts'

/** Margins with labels of which both classes occur. */
const labelled = fc
  .array(
    fc.record({ margin: fc.float({ min: -8, max: 8, noNaN: true }), label: fc.integer({ min: 0, max: 1 }) }),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  .filter(rows => rows.some(row => row.label === 1) && rows.some(row => row.label === 0))

describe('fitPlatt', () => {
  it('finds the scaling that made the labels', () => {
    const margins = Float32Array.from({ length: 40_000 }, (_, row) => ((row % 400) - 200) / 40)
    const labels = margins.map((margin, row) => {
      const probability = 1 / (1 + Math.exp(-(0.7 * margin - 1)))
      return Math.floor(row / 400) / 100 + 0.005 < probability ? 1 : 0
    })
    const { slope, intercept } = fitPlatt(margins, labels)
    expect(slope).toBeCloseTo(0.7, 1)
    expect(intercept).toBeCloseTo(-1, 1)
  })

  it('stands where no small step lowers the cross-entropy against the smoothed targets', () => {
    fc.assert(
      fc.property(labelled, rows => {
        const fit = fitPlatt(
          rows.map(row => row.margin),
          rows.map(row => row.label),
        )
        const positives = rows.filter(row => row.label === 1).length
        const high = (positives + 1) / (positives + 2)
        const low = 1 / (rows.length - positives + 2)
        const gradient = rows.map(row => calibrate(fit, row.margin) - (row.label === 1 ? high : low))
        expect(Math.abs(gradient.reduce((sum, g) => sum + g, 0))).toBeLessThan(1e-3)
        expect(
          Math.abs(gradient.reduce((sum, g, row) => sum + g * (rows[row]?.margin ?? 0), 0)),
        ).toBeLessThan(1e-3)
      }),
    )
  })

  it('stays finite when the classes are separated', () => {
    const { slope, intercept } = fitPlatt([-3, -2, 2, 3], [0, 0, 1, 1])
    expect(slope).toBeGreaterThan(0)
    expect(Number.isFinite(intercept)).toBe(true)
  })
})

describe('fitIsotonic', () => {
  it('pools violators into their mean', () => {
    const { margins, probabilities } = fitIsotonic([1, 2, 3, 4], [0, 1, 0, 1])
    expect(margins).toEqual([1, 2, 3, 4])
    expect(probabilities).toEqual([0, 0.5, 0.5, 1])
  })

  it('averages rows of one margin', () => {
    expect(fitIsotonic([1, 1, 1, 1], [0, 1, 0, 0])).toEqual({
      kind: 'isotonic',
      margins: [1],
      probabilities: [0.25],
    })
  })

  it('interpolates between knots and is constant beyond them', () => {
    const read = [-1, 0, 1, 2, 3].map(margin =>
      calibrate({ kind: 'isotonic', margins: [0, 2], probabilities: [0.25, 0.75] }, margin),
    )
    expect(read).toEqual([0.25, 0.25, 0.5, 0.75, 0.75])
  })

  it('never decreases and keeps the mean of the labels', () => {
    fc.assert(
      fc.property(labelled, rows => {
        const margins = rows.map(row => Math.fround(row.margin))
        const fit = fitIsotonic(
          margins,
          rows.map(row => row.label),
        )
        const sorted = margins.toSorted((a, b) => a - b).map(margin => calibrate(fit, margin))
        for (const [index, probability] of sorted.entries())
          expect(probability).toBeGreaterThanOrEqual((sorted[index - 1] ?? 0) - 1e-9)
        const mean = sorted.reduce((sum, p) => sum + p, 0) / rows.length
        expect(mean).toBeCloseTo(rows.filter(row => row.label === 1).length / rows.length, 5)
      }),
    )
  })
})

describe('calibration', () => {
  it('refuses rows of one class', () => {
    for (const fit of [fitPlatt, fitIsotonic])
      expect(() => fit([1, 2], [0, 0])).toThrow(
        new ModelError('model_bad_input', 'Calibration needs rows of both classes; all 2 are of one.'),
      )
  })

  it('refuses a label that is neither 0 nor 1, and a margin that is not finite', () => {
    expect(() => fitPlatt([1, 2], [0, 2])).toThrow('The label of row 1 is 2')
    expect(() => fitIsotonic([Number.NaN, 2], [0, 1])).toThrow('The margin of row 0 is NaN')
  })

  it('leaves an uncalibrated model as it is, without overflow', () => {
    expect([-800, 0, 800].map(margin => calibrate(UNCALIBRATED, margin))).toEqual([0, 0.5, 1])
  })
})
