import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UNCALIBRATED } from '../../model/calibration.ts'
import { encodeModel } from '../../model/onnx/encode.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import { STUMP } from '../../model/testing/stump.ts'
import { columnsOf, readColumnNames, renamedColumns } from './columns.ts'
import { type ForeignModel, readOnnxModel, readXgboostModel } from './foreign-model.ts'
import { foreignParity } from './parity.ts'
import { readSamples, type Samples, sampleValues } from './samples.ts'

const path = (name: string) => fileURLToPath(new URL(`testing/models/${name}`, import.meta.url))
const bytes = (name: string) => readFileSync(path(name))
const listed = () => readColumnNames(path('columns.json'))

const PLATT = { kind: 'platt', slope: 1.3, intercept: -0.4 } as const

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, content: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(content))
  return file
}

function parityOf(model: ForeignModel, columns: readonly string[], samples: Samples) {
  return foreignParity({
    ...{ model, columns, samples, calibration: PLATT },
    onnx: model.encode(columns, PLATT, 'v'),
    values: sampleValues(samples),
  })
}

describe('a model that Python trained scores here as it did there, missing values included', () => {
  it.each(['xgboost-1.7', 'xgboost-3.2'])('%s', async name => {
    const model = readXgboostModel(bytes(`${name}.json`))
    const columns = columnsOf(model, null)
    const samples = readSamples(path(`${name}.samples.json`), model.width)
    expect(samples.rows.flat()).toContain(null)
    const parity = await parityOf(model, columns, samples)
    expect(parity?.against).toMatch(/^XGBoost [13]\..*'s own scores/)
    expect(parity?.margin).toBeLessThanOrEqual(5e-6)
    expect(parity?.probability).toBeLessThanOrEqual(1e-6)
  })

  it.each(['scikit-learn', 'onnxmltools'])('%s', async name => {
    const model = await readOnnxModel(bytes(`${name}.onnx`))
    const columns = columnsOf(model, listed())
    const samples = readSamples(path(`${name}.samples.json`), model.width)
    const parity = await parityOf(model, columns, samples)
    expect(parity).toMatchObject({ rows: 40, margin: null })
    expect(parity?.probability).toBeLessThanOrEqual(1e-6)
  })
})

it('refuses a model whose columns were named in another order', async () => {
  const model = await readOnnxModel(bytes('scikit-learn.onnx'))
  const samples = readSamples(path('scikit-learn.samples.json'), model.width)
  const turned = { ...samples, rows: samples.rows.map(row => row.toReversed()) }
  await expect(parityOf(model, columnsOf(model, listed()), turned)).rejects.toThrow(
    /does not score as it does at home: differs from scikit-learn/,
  )
})

it('takes back an ONNX file that was exported from here', async () => {
  const own = encodeModel({ trees: STUMP, calibration: UNCALIBRATED, version: 'v' })
  const model = await readOnnxModel(own)
  const scorer = await createScorer(model.encode(['a', 'b'], UNCALIBRATED, 'w'))
  const { margin } = await scorer.score(Float32Array.of(0, 3))
  expect(margin).toBeCloseTo(0.25, 6)
  await scorer.close()
})

describe('the columns of a model', () => {
  const two = { names: ['amt', 'trans_freq'], width: 2 }

  it('are its own names, renamed where a file says so', () => {
    const given = readColumnNames(write('f.json', { amt: 'trans_amount' }))
    const columns = columnsOf(two, given)
    expect(columns).toEqual(['trans_amount', 'trans_freq'])
    expect(renamedColumns(two, given, columns)).toEqual({ amt: 'trans_amount' })
  })

  it('that this build does not compute are named', () => {
    expect(() => columnsOf(two, null)).toThrow(/columns that this build does not compute: amt$/)
  })

  it('have to be as many as the model has, each once', () => {
    const nameless = { names: null, width: 2 }
    const given = (names: string[]) => readColumnNames(write('f.json', names))
    expect(() => columnsOf(nameless, null)).toThrow(/does not name its 2 columns/)
    expect(() => columnsOf(nameless, given(['trans_amount']))).toThrow(
      /1 columns are named and the model has 2/,
    )
    expect(() => columnsOf(nameless, given(['trans_freq', 'trans_freq']))).toThrow(/named twice/)
  })
})

describe('what cannot be served is refused with a reason', () => {
  it('an XGBoost model that was not cut at its best iteration', () => {
    const model = JSON.parse(bytes('xgboost-3.2.json').toString())
    model.learner.attributes = { best_iteration: '3' }
    expect(() => readXgboostModel(Buffer.from(JSON.stringify(model)))).toThrow(
      /best iteration is 3 of 8 trees; save the slice model\[:4\]/,
    )
  })

  it('a file that is no model', async () => {
    await expect(readOnnxModel(Buffer.from('no model'))).rejects.toThrow(/Not a sound ONNX model/)
    expect(() => readXgboostModel(Buffer.from('{}'))).toThrow(/Not a sound XGBoost JSON model/)
  })

  it('samples of another width', () => {
    expect(() => readSamples(path('scikit-learn.samples.json'), 11)).toThrow(
      /row 0 of .* has 12 values and the model 11 columns/,
    )
  })
})
