import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import esbuild from 'rollup-plugin-esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Every module of the service, so that workers and subpaths exist as files of their own in `dist/`. */
const modules = readdirSync(`${root}src`, { recursive: true })
  .map(String)
  .filter(path => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.includes('console/web'))
  .map(path => `${root}src/${path}`)

export default [
  {
    input: modules,
    external: id => !id.startsWith('.') && !id.startsWith('/'),
    output: { dir: `${root}dist`, format: 'es', preserveModules: true, preserveModulesRoot: `${root}src`, sourcemap: true },
    plugins: [esbuild({ target: 'node22', tsconfig: `${root}tsconfig.json` })],
  },
]
