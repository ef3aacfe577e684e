import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import commonjs from '@rollup/plugin-commonjs'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import replace from '@rollup/plugin-replace'
import terser from '@rollup/plugin-terser'
import esbuild from 'rollup-plugin-esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Every module of the service, so that workers and subpaths exist as files of their own in `dist/`. */
const modules = readdirSync(`${root}src`, { recursive: true })
  .map(String)
  .filter(
    path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !/console\/web|\/testing\//.test(path),
  )
  .map(path => `${root}src/${path}`)

const service = {
  input: modules,
  external: id => !id.startsWith('.') && !id.startsWith('/'),
  output: {
    dir: `${root}dist`,
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: `${root}src`,
    sourcemap: true,
  },
  plugins: [esbuild({ target: 'node22', tsconfig: `${root}tsconfig.json` })],
}

const consoleApp = {
  input: `${root}src/console/web/main.tsx`,
  output: {
    dir: `${root}dist/console/app`,
    format: 'es',
    entryFileNames: 'console.js',
    sourcemap: true,
    generatedCode: 'es2015',
  },
  plugins: [
    replace({ preventAssignment: true, values: { 'process.env.NODE_ENV': '"production"' } }),
    nodeResolve({ browser: true }),
    commonjs(),
    esbuild({ target: 'es2022', jsx: 'automatic', tsconfig: `${root}src/console/web/tsconfig.json` }),
    terser({ module: true }),
  ],
}

export default [service, consoleApp]
