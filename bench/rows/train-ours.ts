/** The counterpart of train.py with the product's own engine: same arguments, same questions, same answers. */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type BoosterParams, loadXgboost } from '../../packages/server/src/training/xgboost/index.ts'

const [valuesFile = '', labelFile = '', width = '0', parameters = '{}', rounds = '1'] = process.argv.slice(2)
const floats = (file: string) => new Float32Array(Uint8Array.from(readFileSync(file)).buffer)
const values = floats(valuesFile)
const label = floats(labelFile)
const columns = Array.from({ length: Number(width) }, (_, column) => `column_${column}`)
const params = JSON.parse(parameters) as BoosterParams
const xgboost = loadXgboost()

const tell = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`)
tell({ version: xgboost.version, library: xgboost.path })
for await (const _ of createInterface({ input: process.stdin })) {
  const startMs = performance.now()
  using matrix = xgboost.matrix({ values, columns, label })
  using booster = xgboost.train({ params, rounds: Number(rounds), train: matrix }).booster
  const seconds = (performance.now() - startMs) / 1000
  const probabilities = booster.probabilities(matrix)
  const loss = probabilities.reduce((sum, p, row) => sum - Math.log(label[row] === 1 ? p : 1 - p), 0)
  tell({ seconds, metrics: { logloss: loss / probabilities.length } })
}
