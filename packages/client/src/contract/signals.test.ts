import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SIGNAL_DICTIONARY } from './dictionary.ts'
import {
  decodeSignals,
  encodeSignals,
  SIGNAL_SCHEMA_ID,
  SIGNALS,
  type Signals,
  signalVectorFault,
} from './signals.ts'

/** SHA-256 of the signal list by schema id. A changed list needs a new id, and then a new line here. */
const RECORDED: { readonly [id: string]: string } = {
  'sig-1': 'ea0ae6118853ab2ebc6a5c2a75545b882fb4126c48a9f55d1da649aaa0bb7c50',
}

const anything = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
)
const anySignals = fc
  .array(anything, { minLength: SIGNALS.length, maxLength: SIGNALS.length })
  .map(values => Object.fromEntries(SIGNALS.map(([name], index) => [name, values[index]])) as Signals)

describe('the signal schema', () => {
  test('is the one that its id stands for', () => {
    expect(createHash('sha256').update(JSON.stringify(SIGNALS)).digest('hex')).toBe(
      RECORDED[SIGNAL_SCHEMA_ID],
    )
  })

  test('names each signal once and has limits on the step', () => {
    expect(new Set(SIGNALS.map(([name]) => name)).size).toBe(SIGNALS.length)
    for (const [, min, max, step] of SIGNALS) {
      expect(max).toBeGreaterThan(min)
      expect([Math.abs(min % step), max % step]).toEqual([0, 0])
    }
  })

  test('is described word for word in the dictionary', () => {
    expect(Object.keys(SIGNAL_DICTIONARY)).toEqual(SIGNALS.map(([name]) => name))
  })
})

describe('encoding signals', () => {
  test('gives a vector without fault, whatever was collected', () => {
    fc.assert(
      fc.property(anySignals, signals => {
        expect(signalVectorFault(encodeSignals(signals))).toBeUndefined()
      }),
    )
  })

  test('loses nothing more the second time', () => {
    fc.assert(
      fc.property(anySignals, signals => {
        const once = encodeSignals(signals)
        expect(encodeSignals(decodeSignals(once))).toEqual(once)
      }),
    )
  })

  test('survives JSON to the bit', () => {
    fc.assert(
      fc.property(anySignals, signals => {
        const vector = encodeSignals(signals)
        const travelled: (number | null)[] = JSON.parse(JSON.stringify(vector))
        expect(travelled.every((value, index) => Object.is(value, vector[index]))).toBe(true)
      }),
    )
  })

  test('keeps what was not collected apart from zero', () => {
    const signals = decodeSignals(encodeSignals({ cart_adds: 0 }))
    expect(signals.cart_adds).toBe(0)
    expect(signals.cart_removes).toBeNull()
  })

  test('stays within half a step of a value inside the limits', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 86_400_000, noNaN: true }), duration => {
        const { session_duration_ms } = decodeSignals(encodeSignals({ session_duration_ms: duration }))
        expect(Math.abs((session_duration_ms ?? Number.NaN) - duration)).toBeLessThanOrEqual(50)
      }),
    )
  })
})

describe('a vector that no encoder made', () => {
  const sound = encodeSignals({})
  test.each([
    ['too short', sound.slice(1), /has 39 values/],
    ['too long', [...sound, 1], /has 41 values/],
    ['out of range', sound.with(0, -100), /session_duration_ms is outside/],
    ['off the step', sound.with(0, 150), /session_duration_ms is not a multiple of 100/],
    ['not a number', sound.with(3, Number.NaN), /hidden_count is not a finite number/],
  ])('is named when it is %s', (_, vector, message) => {
    expect(signalVectorFault(vector)).toMatch(message)
  })

  test('is named when a value is text', () => {
    expect(signalVectorFault([...sound].with(3, '1' as never))).toMatch(/hidden_count/)
  })
})
