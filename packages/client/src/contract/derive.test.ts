import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NETWORK_INPUTS, networkInputs, sessionVariables } from './derive.ts'
import { decodeSignals, encodeSignals, SIGNALS, type Signals } from './signals.ts'

const anySignals = fc
  .tuple(...SIGNALS.map(([, min, max]) => fc.oneof(fc.constant(null), fc.double({ min, max, noNaN: true }))))
  .map(values => Object.fromEntries(SIGNALS.map(([name], index) => [name, values[index]])) as Signals)
const decoded = (signals: Signals) => decodeSignals(encodeSignals(signals))

describe('network inputs', () => {
  test('are finite or missing, never infinite', () => {
    fc.assert(
      fc.property(anySignals, signals => {
        const inputs = networkInputs(decoded(signals))
        expect(inputs).toHaveLength(NETWORK_INPUTS.length)
        expect(inputs.every(value => Number.isFinite(value) || Number.isNaN(value))).toBe(true)
      }),
    )
  })

  test('are all missing when nothing was collected', () => {
    expect(networkInputs(decoded({})).every(Number.isNaN)).toBe(true)
  })
})

describe('session variables', () => {
  test('smooth the click-through rate, so that one click on one impression is not certainty', () => {
    expect(sessionVariables(decoded({ product_clicks: 1, product_impressions: 1 })).clickThroughRate).toBe(
      2 / 9,
    )
    expect(sessionVariables(decoded({ product_clicks: 0, product_impressions: 0 })).clickThroughRate).toBe(
      1 / 8,
    )
  })

  test('keep the click-through rate inside 0..1 for any counts', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (product_clicks, product_impressions) => {
        const { clickThroughRate } = sessionVariables(decoded({ product_clicks, product_impressions }))
        expect(clickThroughRate).toBeGreaterThan(0)
        expect(clickThroughRate).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('say nothing about what was not collected', () => {
    expect(sessionVariables(decoded({}))).toEqual({
      sessionDurationS: null,
      clickThroughRate: null,
      addToCartPerMin: null,
      deviceType: 'unknown',
    })
  })
})
