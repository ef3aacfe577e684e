import { Worker } from 'node:worker_threads'
import {
  NETWORK_INPUTS,
  PRESCORE_FORMAT,
  type PreScoreModel,
  preprocess,
  SIGNAL_SCHEMA_ID,
} from '@atalaya/client/contract'
import { contentHash } from '../../base/content-hash.ts'
import { siblingModule } from '../../base/sibling.ts'
import { averagePrecision, rank, rocAuc } from '../metrics/index.ts'
import { drawRows, type Examples, type InputRows } from './examples.ts'
import type { FittedLayer, FittedNetwork, NetworkProgress, NetworkRows, NetworkTask } from './network.ts'
import { fitInputs } from './preprocessing.ts'

export interface PreScoreOptions {
  readonly seed: number
  readonly epochs?: number
  readonly onEpoch?: (epoch: number, epochs: number) => void
}

/**
 * How the fit went.
 *
 * @property rows training rows after drawing
 * @property validationScores the layers model's scores of the drawn validation rows, for parity checks
 * @property validationInputs those rows as network inputs
 */
export interface PreScoreReport {
  readonly rows: number
  readonly epochs: number
  readonly bestEpoch: number
  readonly averagePrecision: number
  readonly rocAuc: number
  readonly validationScores: Float32Array
  readonly validationInputs: readonly Float64Array[]
}

const HIDDEN = [16, 8]

/**
 * Trains the pre-score network with TensorFlow.js' Keras layers on sessions with labels: preprocessing and weights
 * from the first examples, early stopping by the second, which must be later. Same examples and seed, same bytes.
 *
 * @throws {RangeError} when either part lacks one of the two classes
 */
export async function trainPreScore(
  training: Examples,
  validation: Examples,
  { seed, epochs = 40, onEpoch }: PreScoreOptions,
): Promise<{ readonly model: PreScoreModel; readonly report: PreScoreReport }> {
  for (const part of [training, validation]) {
    if (!part.labels.includes(1) || !part.labels.includes(0)) {
      throw new RangeError('the pre-score network needs fraud and genuine sessions to learn from')
    }
  }
  const trainingRows = drawRows(training, seed)
  const validationRows = drawRows(validation, seed + 1)
  const draft: Omit<PreScoreModel, 'id'> = {
    format: PRESCORE_FORMAT,
    signalSchema: SIGNAL_SCHEMA_ID,
    inputs: fitInputs(trainingRows),
    layers: [],
  }
  const prepare = preparer({ ...draft, id: '' })
  const fitted = await runWorker(
    {
      seed,
      width: draft.inputs.length + draft.inputs.filter(input => input.mask).length,
      hidden: HIDDEN,
      training: prepare(trainingRows),
      validation: prepare(validationRows),
      epochs,
      batchRows: 256,
      learningRate: 0.004,
      patience: 5,
    },
    ({ epoch, epochs: of }) => onEpoch?.(epoch, of),
  )
  const content = { ...draft, layers: fitted.layers.map(encodeLayer) }
  const ranking = rank({ scores: fitted.validationScores, labels: validationRows.labels })
  return {
    model: { ...content, id: contentHash(content) },
    report: {
      rows: trainingRows.rows,
      epochs: fitted.epochs,
      bestEpoch: fitted.bestEpoch,
      averagePrecision: averagePrecision(ranking, validationRows.weights),
      rocAuc: rocAuc(ranking, validationRows.weights),
      validationScores: fitted.validationScores,
      validationInputs: Array.from({ length: validationRows.rows }, (_, row) => rowOf(validationRows, row)),
    },
  }
}

/** {@link trainPreScore} for those who want the network alone. */
export async function fitPreScore(
  training: Examples,
  validation: Examples,
  options: PreScoreOptions,
): Promise<PreScoreModel> {
  return (await trainPreScore(training, validation, options)).model
}

const rowOf = (rows: InputRows, row: number) =>
  rows.values.subarray(row * NETWORK_INPUTS.length, (row + 1) * NETWORK_INPUTS.length)

/** Applies the stored preprocessing by the contract's own code, so that training and scoring see the same numbers. */
function preparer(model: PreScoreModel): (rows: InputRows) => NetworkRows {
  return rows => {
    const prepared = Array.from({ length: rows.rows }, (_, row) => preprocess(model, rowOf(rows, row)))
    const width = prepared[0]?.length ?? 0
    const inputs = new Float32Array(rows.rows * width)
    for (const [row, values] of prepared.entries()) inputs.set(values, row * width)
    return { rows: rows.rows, inputs, labels: rows.labels, weights: rows.weights }
  }
}

function encodeLayer({ units, activation, kernel, bias }: FittedLayer): PreScoreModel['layers'][number] {
  return { units, activation, kernel: base64(kernel), bias: base64(bias) }
}

/** Little-endian float32 whatever the host's byte order. */
function base64(values: Float32Array): string {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeFloatLE(value, index * 4)
  return bytes.toString('base64')
}

interface WorkerMessage {
  readonly progress?: NetworkProgress
  readonly fitted?: FittedNetwork
}

function runWorker(
  task: NetworkTask,
  onProgress: (progress: NetworkProgress) => void,
): Promise<FittedNetwork> {
  const worker = new Worker(siblingModule(import.meta.url, 'network-worker'), { workerData: task })
  return new Promise((resolve, reject) => {
    worker.on('message', ({ progress, fitted }: WorkerMessage) => {
      if (progress) onProgress(progress)
      if (fitted) resolve(fitted)
    })
    worker.on('error', reject)
    worker.on('exit', code => reject(new Error(`the pre-score worker ended with code ${code}`)))
  })
}
