import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import {
  createPreScorer,
  decodeSignals,
  encodeSignals,
  networkInputs,
  type PreScoreModel,
  preprocess,
  SIGNALS,
  type SignalVector,
} from '@atalaya/client/contract'
import { describe, expect, test } from 'vitest'
import { randomModel, seededRandom } from '../browser/random-model.ts'

/** Full TensorFlow.js in a process of its own: engines of one process would share their kernels. */
async function fullTfjsScores(cases: readonly Case[]): Promise<number[]> {
  const require = createRequire(import.meta.url)
  const program = `
    const tf = require(${JSON.stringify(require.resolve('@tensorflow/tfjs-core'))})
    require(${JSON.stringify(require.resolve('@tensorflow/tfjs-backend-cpu'))})
    const floats = (base64, shape) => tf.tensor(new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer), shape)
    const scores = JSON.parse(require('fs').readFileSync(0, 'utf8')).map(({ input, layers }) => {
      let x = tf.tensor(Float32Array.from(input), [1, input.length])
      for (const { units, activation, kernel, bias } of layers) {
        x = tf.add(tf.matMul(x, floats(kernel, [x.shape[1], units])), floats(bias, [units]))
        x = activation === 'relu' ? tf.relu(x) : tf.sigmoid(x)
      }
      return x.dataSync()[0]
    })
    console.log(JSON.stringify(scores))`
  const running = promisify(execFile)(process.execPath, ['-e', program])
  running.child.stdin?.end(
    JSON.stringify(
      cases.map(({ model, vector }) => ({
        input: [...preprocess(model, networkInputs(decodeSignals(vector)))],
        layers: model.layers,
      })),
    ),
  )
  return JSON.parse((await running).stdout)
}

interface Case {
  readonly model: PreScoreModel
  readonly vector: SignalVector
}

/** A vector as sessions give them: small counts mostly, some signals missing. */
function randomVector(random: () => number): SignalVector {
  return encodeSignals(
    Object.fromEntries(
      SIGNALS.map(([name, min, max]) => [name, random() < 0.2 ? null : min + (max - min) * random() ** 6]),
    ),
  )
}

describe('the pre-score', () => {
  test('equals full TensorFlow.js to the bit for random models and vectors', async () => {
    const random = seededRandom(7)
    const cases = Array.from({ length: 200 }, (_, index): Case => {
      const hidden = [[16, 8], [32], [24, 12, 6], []][index % 4] ?? []
      return { model: randomModel(index, hidden), vector: randomVector(random) }
    })
    const reference = await fullTfjsScores(cases)
    const scores = cases.map(({ model, vector }) => createPreScorer(model)(vector))
    expect(scores.filter((score, index) => !Object.is(score, reference[index]))).toEqual([])
    expect(new Set(scores).size).toBeGreaterThan(150)
  }, 60_000)

  test('gives the same again with the same scorer', () => {
    const score = createPreScorer(randomModel(1))
    const vector = randomVector(seededRandom(1))
    expect(score(vector)).toBe(score(vector))
  })

  test('is a probability even when nothing was collected', () => {
    const score = createPreScorer(randomModel(2))(encodeSignals({}))
    expect(score).toBeGreaterThanOrEqual(0)
    expect(score).toBeLessThanOrEqual(1)
  })
})
