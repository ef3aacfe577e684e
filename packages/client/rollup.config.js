import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild from 'rollup-plugin-esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))

/**
 * Slims TensorFlow.js to the engine and the kernels that are imported: the CPU backend asks for the whole of
 * tfjs-core, whose `dist/base` is enough, and only the engine and the flags have side effects that are needed.
 */
const slimTfjs = {
  name: 'slim-tfjs',
  async resolveId(source, importer, options) {
    if (!source.includes('tfjs-') && !importer?.includes('/@tensorflow/')) return null
    const target = source === '@tensorflow/tfjs-core' ? '@tensorflow/tfjs-core/dist/base.js' : source
    const resolved = await this.resolve(target, importer, { ...options, skipSelf: true })
    return resolved && { ...resolved, moduleSideEffects: /\/dist\/(engine|flags)\.js$/.test(resolved.id) }
  },
}

/** Plugins of every bundle that holds the pre-score. */
const plugins = [
  slimTfjs,
  nodeResolve({ browser: true }),
  esbuild({ target: 'es2022', tsconfig: `${root}tsconfig.json` }),
]

/** The contract for the service: one file, TensorFlow.js kernels included, so that both sides run the same code. */
const contract = {
  input: `${root}src/contract/index.ts`,
  external: /^typebox/,
  output: { file: `${root}dist/contract/index.js`, format: 'es', sourcemap: true },
  plugins,
}

export default [contract]
