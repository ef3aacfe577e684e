import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { calibrate, fitIsotonic, UNCALIBRATED } from '../calibration.ts'
import { STUMP } from '../testing/stump.ts'
import type { TreeEnsemble } from '../trees.ts'
import { encodeModel } from './encode.ts'
import { encodeOnnx } from './proto.ts'
import { createScorer, type Scorer } from './scorer.ts'

const onnx = encodeModel({ trees: STUMP, calibration: UNCALIBRATED, version: 'stump-1' })

describe('a loaded model', () => {
  let scorer: Scorer
  beforeAll(async () => {
    scorer = await createScorer(onnx, STUMP.columns)
  })
  afterAll(() => scorer.close())

  it('knows its version and columns', () => {
    expect(scorer.version).toBe('stump-1')
    expect(scorer.columns).toEqual(['amount', 'count'])
  })

  it('scores a row, with missing values on their default side', async () => {
    const scores = await Promise.all(
      [2, 2.5, Number.NaN].map(count => scorer.score(Float32Array.of(0, count))),
    )
    expect(scores.map(score => score.margin)).toEqual([-0.5, 0.25, -0.5])
    for (const { margin, probability } of scores)
      expect(probability).toBeCloseTo(1 / (1 + Math.exp(-margin)), 6)
  })

  it('scores a batch of any length in the order of its rows', async () => {
    const rows = 257
    const values = Float32Array.from({ length: 2 * rows }, (_, index) => index % 5)
    const { margins } = await scorer.scoreBatch(values, rows)
    expect([...margins]).toEqual(
      Array.from({ length: rows }, (_, row) => ((2 * row + 1) % 5 < 2.5 ? -0.5 : 0.25)),
    )
    expect(await scorer.scoreBatch(new Float32Array(0), 0)).toEqual({
      margins: new Float32Array(0),
      probabilities: new Float32Array(0),
    })
  })

  it('refuses a row or batch of another width', async () => {
    await expect(scorer.score(new Float32Array(3))).rejects.toThrow(
      'The row has 3 values; the model has 2 columns.',
    )
    await expect(scorer.scoreBatch(new Float32Array(3), 2)).rejects.toThrow(
      '3 values are not 2 rows of 2 columns.',
    )
  })
})

it('starts from the base margin', async () => {
  const trees = { ...STUMP, baseMargin: Math.fround(-3.1) }
  const scorer = await createScorer(encodeModel({ trees, calibration: UNCALIBRATED, version: 'v' }))
  expect((await scorer.score(Float32Array.of(0, 3))).margin).toBe(Math.fround(Math.fround(-3.1) + 0.25))
  await scorer.close()
})

/** A model whose margin is the one in the list that `count` numbers. */
function chain(margins: readonly number[]): TreeEnsemble {
  const nodes = margins.flatMap((margin, index) => [
    { feature: 1, value: index + 0.5, right: 2 * index + 2 },
    { feature: -1, value: margin, right: -1 },
  ])
  nodes.push({ feature: -1, value: 0, right: -1 })
  return {
    ...STUMP,
    offsets: Int32Array.of(0, nodes.length),
    feature: Int32Array.from(nodes, node => node.feature),
    value: Float32Array.from(nodes, node => node.value),
    right: Int32Array.from(nodes, node => node.right),
    defaultLeft: new Uint8Array(nodes.length),
    cover: new Float32Array(nodes.length).fill(1),
  }
}

it('interpolates an isotonic calibration in the graph', async () => {
  const rows = fc.array(fc.tuple(fc.float({ min: -4, max: 4, noNaN: true }), fc.constantFrom(0, 1)), {
    minLength: 2,
    maxLength: 40,
  })
  const margins = fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 })
  const bothClasses = rows.filter(
    list => list.some(([, label]) => label === 1) && list.some(([, label]) => label === 0),
  )
  await fc.assert(
    fc.asyncProperty(bothClasses, margins, async (list, asked) => {
      const calibration = fitIsotonic(
        list.map(([margin]) => margin),
        list.map(([, label]) => label),
      )
      const scorer = await createScorer(encodeModel({ trees: chain(asked), calibration, version: 'v' }))
      const rows = Float32Array.from({ length: 2 * asked.length }, (_, index) => Math.floor(index / 2))
      const { margins, probabilities } = await scorer.scoreBatch(rows, asked.length)
      await scorer.close()
      // A sum of -0 and 0 is 0.
      expect([...margins]).toEqual(asked.map(margin => margin + 0))
      for (const [row, margin] of asked.entries())
        expect(Math.abs((probabilities[row] ?? Number.NaN) - calibrate(calibration, margin))).toBeLessThan(
          1e-6,
        )
    }),
    { numRuns: 30 },
  )
})

it('is written with the same bytes each time', () => {
  expect(encodeModel({ trees: STUMP, calibration: UNCALIBRATED, version: 'stump-1' })).toEqual(onnx)
})

describe('createScorer', () => {
  it('names the first column that differs', async () => {
    await expect(createScorer(onnx, ['amount', 'hour'])).rejects.toThrow(
      expect.objectContaining({
        code: 'model_columns_mismatch',
        message: expect.stringContaining('Column 1 of the model is "count" where the service gives "hour".'),
      }),
    )
    await expect(createScorer(onnx, ['amount', 'count', 'hour'])).rejects.toThrow(
      'is nothing where the service gives "hour"',
    )
    await expect(createScorer(onnx, ['amount'])).rejects.toThrow('is "count" where the service gives nothing')
  })

  const graph = { name: 'empty', node: [], initializer: [], input: [], output: [] }
  const named = [
    { key: 'atalaya.model_version', value: 'v' },
    { key: 'atalaya.columns', value: '["a"]' },
  ]
  const model = { irVersion: 8, producerName: 'other', opsetImport: [{ domain: '', version: 17 }], graph }

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['a file of another kind', new TextEncoder().encode('{"learner": {}}')],
    ['a truncated file', onnx.subarray(0, onnx.length - 40)],
    ['a file damaged in its trees', onnx.map((byte, index) => (index > 100 && index < 140 ? 0xff : byte))],
    ['an ONNX file of another program', encodeOnnx({ ...model, metadataProps: [] })],
    ['an ONNX file with a foreign graph', encodeOnnx({ ...model, metadataProps: named })],
    [
      'columns that are no list',
      encodeOnnx({
        ...model,
        metadataProps: [named[0], { key: 'atalaya.columns', value: '{' }].flatMap(p => p ?? []),
      }),
    ],
  ])('refuses %s', async (_, bytes) => {
    await expect(createScorer(bytes)).rejects.toThrow(expect.objectContaining({ code: 'model_malformed' }))
  })
})
