import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import esbuild from 'rollup-plugin-esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))

/** The contract for the service: one file, TensorFlow.js kernels included, so that both sides run the same code. */
const contract = {
  input: `${root}src/contract/index.ts`,
  external: /^typebox/,
  output: { file: `${root}dist/contract/index.js`, format: 'es', sourcemap: true },
  plugins: [nodeResolve(), esbuild({ target: 'es2022', tsconfig: `${root}tsconfig.json` })],
}

export default [contract]
