import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import { initializers, layers, type Sequential, sequential } from '@tensorflow/tfjs-layers'
import { seededRandom, shuffle } from '../random.ts'

// Without it every fit begins with advice on the console about a native backend.
tf.env().set('PROD', true)

/** Rows as the network sees them, preprocessed, row-major. */
export interface NetworkRows {
  readonly rows: number
  readonly inputs: Float32Array
  readonly labels: Float32Array
  readonly weights: Float32Array
}

/** What to fit. */
export interface NetworkTask {
  readonly seed: number
  /** Inputs of the first layer. */
  readonly width: number
  readonly hidden: readonly number[]
  readonly training: NetworkRows
  readonly validation: NetworkRows
  readonly epochs: number
  readonly batchRows: number
  readonly learningRate: number
  /** Epochs without a better validation loss after which fitting stops. */
  readonly patience: number
}

export interface NetworkProgress {
  readonly epoch: number
  readonly epochs: number
  readonly validationLoss: number
}

/** A dense layer's weights; `kernel` is [inputs, units] row-major. */
export interface FittedLayer {
  readonly units: number
  readonly activation: 'relu' | 'sigmoid'
  readonly kernel: Float32Array
  readonly bias: Float32Array
}

export interface FittedNetwork {
  readonly layers: readonly FittedLayer[]
  readonly epochs: number
  readonly bestEpoch: number
  /** Mean weighted log loss of the validation rows at the best epoch. */
  readonly validationLoss: number
  /** The layers model's own scores of the validation rows, in one batch. */
  readonly validationScores: Float32Array
}

/**
 * Fits a multilayer perceptron of Keras layers with Adam on the weighted log loss, and stops when later rows are no
 * longer predicted better. tfjs-layers' own `fit` refuses sample weights and shuffles without a seed, so the loop
 * over epochs is ours. Deterministic by its task. Blocks the thread.
 */
export function fitNetwork(
  task: NetworkTask,
  onProgress: (progress: NetworkProgress) => void,
): FittedNetwork {
  const model = perceptron(task)
  const optimizer = tf.train.adam(task.learningRate)
  const random = seededRandom(task.seed)
  const order = Uint32Array.from({ length: task.training.rows }, (_, row) => row)
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: weightsOf(model) }
  let epoch = 0
  while (epoch < task.epochs && epoch - best.epoch < task.patience) {
    epoch++
    shuffle(order, random)
    for (let from = 0; from < order.length; from += task.batchRows) {
      step(model, optimizer, task, order.subarray(from, from + task.batchRows))
    }
    const loss = logLoss(scores(model, task.validation, task.width), task.validation)
    if (loss < best.loss) best = { loss, epoch, weights: weightsOf(model) }
    onProgress({ epoch, epochs: task.epochs, validationLoss: loss })
  }
  restore(model, best.weights)
  return {
    layers: layersOf(task, best.weights),
    epochs: epoch,
    bestEpoch: best.epoch,
    validationLoss: best.loss,
    validationScores: scores(model, task.validation, task.width),
  }
}

function perceptron({ width, hidden, seed, training }: NetworkTask): Sequential {
  const model = sequential()
  for (const [index, units] of [...hidden, 1].entries()) {
    const last = index === hidden.length
    model.add(
      layers.dense({
        units,
        activation: last ? 'sigmoid' : 'relu',
        kernelInitializer: last
          ? initializers.glorotNormal({ seed: seed + index })
          : initializers.heNormal({ seed: seed + index }),
        // Starting at the base rate spares the first epochs the way down from one half.
        biasInitializer: last ? initializers.constant({ value: baseLogOdds(training) }) : 'zeros',
        ...(index === 0 && { inputShape: [width] }),
      }),
    )
  }
  return model
}

function step(model: Sequential, optimizer: tf.Optimizer, task: NetworkTask, rows: Uint32Array): void {
  const { training, width } = task
  const inputs = new Float32Array(rows.length * width)
  const labels = new Float32Array(rows.length)
  const weights = new Float32Array(rows.length)
  for (const [at, row] of rows.entries()) {
    inputs.set(training.inputs.subarray(row * width, (row + 1) * width), at * width)
    labels[at] = training.labels[row] ?? 0
    weights[at] = training.weights[row] ?? 0
  }
  tf.tidy(() => {
    const x = tf.tensor2d(inputs, [rows.length, width])
    const y = tf.tensor2d(labels, [rows.length, 1])
    const w = tf.tensor2d(weights, [rows.length, 1])
    optimizer.minimize(() => {
      const predicted = model.apply(x, { training: true }) as tf.Tensor
      return tf.losses.logLoss(y, predicted, w, 1e-7, tf.Reduction.SUM_BY_NONZERO_WEIGHTS) as tf.Scalar
    })
  })
}

function scores(model: Sequential, { inputs, rows }: NetworkRows, width: number): Float32Array {
  return tf.tidy(() => {
    const predicted = model.apply(tf.tensor2d(inputs, [rows, width])) as tf.Tensor
    return Float32Array.from(predicted.dataSync())
  })
}

/** Mean log loss, each row counting by its weight. */
function logLoss(predicted: Float32Array, { labels, weights }: NetworkRows): number {
  let sum = 0
  let total = 0
  for (const [row, score] of predicted.entries()) {
    const weight = weights[row] ?? 0
    sum -= weight * Math.log(Math.max(1e-7, labels[row] === 1 ? score : 1 - score))
    total += weight
  }
  return sum / total
}

function baseLogOdds({ labels, weights }: NetworkRows): number {
  let frauds = 0
  let total = 0
  for (const [row, weight] of weights.entries()) {
    total += weight
    if (labels[row] === 1) frauds += weight
  }
  return Math.log(frauds / (total - frauds))
}

const weightsOf = (model: Sequential): Float32Array[] =>
  model.getWeights().map(weight => Float32Array.from(weight.dataSync()))

function restore(model: Sequential, weights: readonly Float32Array[]): void {
  const tensors = model.getWeights().map((weight, index) => tf.tensor(weights[index] ?? [], weight.shape))
  model.setWeights(tensors)
  tf.dispose(tensors)
}

function layersOf({ hidden }: NetworkTask, weights: readonly Float32Array[]): FittedLayer[] {
  return [...hidden, 1].map((units, index) => ({
    units,
    activation: index === hidden.length ? 'sigmoid' : 'relu',
    kernel: weights[2 * index] ?? new Float32Array(),
    bias: weights[2 * index + 1] ?? new Float32Array(),
  }))
}
