import { addConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Add.js'
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/BatchMatMul.js'
import { reluConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Relu.js'
import { sigmoidConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Sigmoid.js'
import { ENGINE } from '@tensorflow/tfjs-core/dist/engine.js'
import { registerKernel } from '@tensorflow/tfjs-core/dist/kernel_registry.js'
import type { Tensor } from '@tensorflow/tfjs-core/dist/tensor.js'
import { networkInputs } from './derive.ts'
import { inputWidth, type PreScoreModel, preprocess } from './prescore-model.ts'
import { decodeSignals, type SignalVector } from './signals.ts'
import { useCpuBackend } from './tfjs-cpu.ts'

/**
 * Makes a pre-score function from model data: a multilayer perceptron executed by TensorFlow.js' own CPU kernels.
 * Browser and service run this same code, so the service's recomputation of a token's vector gives the same bits.
 *
 * @returns a function from a signal vector to a risk score in 0..1 (a float32 value)
 */
export function createPreScorer(model: PreScoreModel): (vector: SignalVector) => number {
  useCpuBackend()
  for (const kernel of [batchMatMulConfig, addConfig, reluConfig, sigmoidConfig]) registerOnce(kernel)
  const layers = model.layers.map((layer, index) => {
    const inputs = index === 0 ? inputWidth(model) : (model.layers[index - 1]?.units ?? 0)
    return {
      activation: layer.activation === 'relu' ? 'Relu' : 'Sigmoid',
      kernel: tensor(decodeFloats(layer.kernel, inputs * layer.units), [inputs, layer.units]),
      bias: tensor(decodeFloats(layer.bias, layer.units), [layer.units]),
    }
  })
  return vector => {
    const input = preprocess(model, networkInputs(decodeSignals(vector)))
    ENGINE.startScope('prescore')
    let x = tensor(input, [1, input.length])
    for (const layer of layers) {
      x = ENGINE.runKernel('BatchMatMul', { a: x, b: layer.kernel }, { transposeA: false, transposeB: false })
      x = ENGINE.runKernel('Add', { a: x, b: layer.bias })
      x = ENGINE.runKernel(layer.activation, { x })
    }
    const score = ENGINE.readSync(x.dataId)[0]
    ENGINE.endScope()
    return typeof score === 'number' ? score : Number.NaN
  }
}

const registered = new Set<string>()
function registerOnce(kernel: Parameters<typeof registerKernel>[0]): void {
  if (registered.has(kernel.kernelName)) return
  registered.add(kernel.kernelName)
  registerKernel(kernel)
}

function tensor(values: Float32Array, shape: number[]): Tensor {
  return ENGINE.makeTensor(values, shape, 'float32')
}

/** Little-endian float32 values from base64, on every host byte order. */
function decodeFloats(base64: string, expected: number): Float32Array {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  if (bytes.length !== expected * 4)
    throw new RangeError(`pre-score layer has ${bytes.length / 4} weights, expected ${expected}`)
  return Float32Array.from({ length: expected }, (_, index) => view.getFloat32(index * 4, true))
}
