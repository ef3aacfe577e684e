import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NETWORK_INPUTS } from './derive.ts'
import { PRESCORE_FORMAT, type PreScoreModel, preprocess, preScoreModelFault } from './prescore-model.ts'
import { SIGNAL_SCHEMA_ID } from './signals.ts'

const input = { name: 'page_views', fill: 0.5, low: 0, high: 1, mean: 0.25, scale: 2, mask: true } as const
const model: PreScoreModel = {
  format: PRESCORE_FORMAT,
  id: 'm',
  signalSchema: SIGNAL_SCHEMA_ID,
  inputs: [input, { ...input, name: 'cart_adds', mask: false }],
  layers: [{ units: 1, activation: 'sigmoid', kernel: '', bias: '' }],
}
const inputsWith = (values: { readonly [name: string]: number }) =>
  Float64Array.from(NETWORK_INPUTS, name => values[name] ?? Number.NaN)

describe('stored preprocessing', () => {
  test('fills what is missing with the median and says so in the mask', () => {
    expect([...preprocess(model, inputsWith({}))]).toEqual([0.5, 0.5, 1])
  })

  test('scales what is there', () => {
    expect([...preprocess(model, inputsWith({ page_views: 0.75, cart_adds: 0.25 }))]).toEqual([1, 0, 0])
  })

  test('winsorises: no value leaves the range seen in training', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), page_views => {
        const [value] = preprocess(model, inputsWith({ page_views }))
        expect(value).toBeGreaterThanOrEqual(-0.5)
        expect(value).toBeLessThanOrEqual(1.5)
      }),
    )
  })
})

describe('a model that this build cannot run', () => {
  test.each([
    ['format', { ...model, format: 'atalaya-prescore/9' as never }, /format is atalaya-prescore\/9/],
    ['signal schema', { ...model, signalSchema: 'sig-0' }, /signal schema is sig-0/],
    ['input', { ...model, inputs: [{ ...input, name: 'mood' as never }] }, /input mood is not known/],
    ['layers', { ...model, layers: [] }, /last layer must have one unit/],
  ])('is refused for its %s', (_, broken, message) => {
    expect(preScoreModelFault(broken)).toMatch(message)
  })

  test('is not the one that fits', () => {
    expect(preScoreModelFault(model)).toBeUndefined()
  })
})
