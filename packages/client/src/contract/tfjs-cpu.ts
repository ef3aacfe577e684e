import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js'
import { ENGINE } from '@tensorflow/tfjs-core/dist/engine.js'
import { env } from '@tensorflow/tfjs-core/dist/environment.js'
import '@tensorflow/tfjs-core/dist/flags.js'

/**
 * Registers TensorFlow.js' CPU backend once, selects it and gives it.
 *
 * `dist/flags` must be imported although nothing of it is used: without it the bundle builds and then fails at run
 * time with "Cannot evaluate flag 'IS_NODE'". A platform or backend that full tfjs registered in the same realm is
 * used as it is; otherwise a minimal platform serves page, worker and Node alike, since the kernels used here only
 * ask it for array types and (for its profiler) a clock.
 */
export function cpuBackend(): MathBackendCPU {
  if (env().platform == null) {
    env().setPlatform('atalaya', {
      fetch: () => Promise.reject(new Error('the pre-score fetches nothing')),
      now: () => 0,
      encode: text => new TextEncoder().encode(text),
      decode: bytes => new TextDecoder().decode(bytes),
      isTypedArray: (value): value is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray =>
        value instanceof Float32Array ||
        value instanceof Int32Array ||
        value instanceof Uint8Array ||
        value instanceof Uint8ClampedArray,
    })
  }
  // Production mode: no advice on the console, no assertions on every tensor.
  env().set('PROD', true)
  if (ENGINE.findBackendFactory('cpu') == null) ENGINE.registerBackend('cpu', () => new MathBackendCPU(), 1)
  if (ENGINE.backendName !== 'cpu') void ENGINE.setBackend('cpu')
  return ENGINE.findBackend('cpu') as MathBackendCPU
}
