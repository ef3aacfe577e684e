import { addConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Add.js'
import { batchMatMulConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/BatchMatMul.js'
import { reluConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Relu.js'
import { sigmoidConfig } from '@tensorflow/tfjs-backend-cpu/dist/kernels/Sigmoid.js'
import type { KernelConfig, NamedTensorInfoMap } from '@tensorflow/tfjs-core/dist/kernel_registry.js'
import type { TensorInfo } from '@tensorflow/tfjs-core/dist/tensor_info.js'
import { networkInputs } from './derive.ts'
import { inputWidth, type PreScoreModel, preprocess } from './prescore-model.ts'
import { decodeSignals, type SignalVector } from './signals.ts'
import { cpuBackend } from './tfjs-cpu.ts'

/**
 * Makes a pre-score function from model data: a multilayer perceptron executed by TensorFlow.js' own CPU kernels.
 * Browser and service run this same code, so the service's recomputation of a token's vector gives the same bits.
 *
 * @returns a function from a signal vector to a risk score in 0..1 (a float32 value)
 */
export function createPreScorer(model: PreScoreModel): (vector: SignalVector) => number {
  const backend = cpuBackend()
  const layers = model.layers.map((layer, index) => {
    const inputs = index === 0 ? inputWidth(model) : (model.layers[index - 1]?.units ?? 0)
    return {
      activate: layer.activation === 'relu' ? reluConfig : sigmoidConfig,
      kernel: backend.makeTensorInfo(
        [inputs, layer.units],
        'float32',
        decodeFloats(layer.kernel, inputs * layer.units),
      ),
      bias: backend.makeTensorInfo([layer.units], 'float32', decodeFloats(layer.bias, layer.units)),
    }
  })
  // The kernels are called themselves and not by the engine, whose tensors, scopes and look-ups by name take longer
  // than a small network's arithmetic.
  const run = (config: KernelConfig, inputs: NamedTensorInfoMap) => {
    const result = config.kernelFunc({ inputs, backend, attrs: NO_TRANSPOSE }) as TensorInfo
    backend.disposeData((inputs['a'] ?? inputs['x'] ?? result).dataId)
    return result
  }
  return vector => {
    const input = preprocess(model, networkInputs(decodeSignals(vector)))
    let x: TensorInfo = backend.makeTensorInfo([1, input.length], 'float32', input)
    for (const { kernel, bias, activate } of layers) {
      x = run(batchMatMulConfig, { a: x, b: kernel })
      x = run(addConfig, { a: x, b: bias })
      x = run(activate, { x })
    }
    const score = backend.readSync(x.dataId)[0]
    backend.disposeData(x.dataId)
    return typeof score === 'number' ? score : Number.NaN
  }
}

const NO_TRANSPOSE = { transposeA: false, transposeB: false }

/** Little-endian float32 values from base64, on every host byte order. */
function decodeFloats(base64: string, expected: number): Float32Array {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  const view = new DataView(bytes.buffer)
  if (bytes.length !== expected * 4)
    throw new RangeError(`pre-score layer has ${bytes.length / 4} weights, expected ${expected}`)
  return Float32Array.from({ length: expected }, (_, index) => view.getFloat32(index * 4, true))
}
