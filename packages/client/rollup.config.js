import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import terser from '@rollup/plugin-terser'
import esbuild from 'rollup-plugin-esbuild'

const root = fileURLToPath(new URL('.', import.meta.url))
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

/** CommonJS dependencies of tfjs modules that are shaken out; a build that did use them would fail. */
const UNUSED = new Map([
  ['seedrandom', "export const alea = () => 'not part of the slim build'"],
  ['long', "export default 'not part of the slim build'"],
])

/**
 * Parts of the engine that inference never enters, by file: gradients, the profiler, tensors as text. The tests hold
 * the slim build to full TensorFlow.js bit by bit.
 */
const IDLE = new Map([
  ['tape.js', 'export const getFilteredNodesXToY = () => [], backpropagateGradients = () => {}'],
  ['profiler.js', 'export class Profiler {}'],
  ['tensor_format.js', "export const tensorToString = () => 'Tensor'"],
])

/**
 * Slims TensorFlow.js to the engine and the kernels that are imported: the CPU backend asks for the whole of
 * tfjs-core, whose `dist/base` is enough, and only the engine and the flags have side effects that are needed.
 */
const slimTfjs = {
  name: 'slim-tfjs',
  async resolveId(source, importer, options) {
    if (UNUSED.has(source)) return `\0unused:${source}`
    if (!source.includes('tfjs-') && !importer?.includes('/@tensorflow/')) return null
    const target = source === '@tensorflow/tfjs-core' ? '@tensorflow/tfjs-core/dist/base.js' : source
    const resolved = await this.resolve(target, importer, { ...options, skipSelf: true })
    const idle = resolved && IDLE.get(resolved.id.split('@tensorflow/tfjs-core/dist/')[1])
    if (idle) return `\0idle:${idle}`
    return resolved && { ...resolved, moduleSideEffects: /\/dist\/(engine|flags)\.js$/.test(resolved.id) }
  },
  load(id) {
    if (id.startsWith('\0unused:')) return UNUSED.get(id.slice('\0unused:'.length))
    return id.startsWith('\0idle:') ? id.slice('\0idle:'.length) : null
  },
  renderChunk(code) {
    if (code.includes('not part of the slim build')) this.error('slim-tfjs left out a module that is used')
  },
}

/**
 * FingerprintJS fills one of its probe frames through `srcdoc`, which a page that requires Trusted Types reports as a
 * violation; its other way, an empty frame, serves as well.
 */
const withoutSrcdoc = {
  name: 'without-srcdoc',
  transform(code, id) {
    if (!id.includes('@fingerprintjs/fingerprintjs')) return null
    const found = "if (initialHtml && 'srcdoc' in iframe)"
    if (!code.includes(found)) this.error('FingerprintJS has changed: look for its use of srcdoc again')
    return { code: code.replace(found, 'if (false)'), map: null }
  },
}

/**
 * Members that only the SDK's own files call on one another, under one letter in all of them: 80 bytes of the core.
 * None of these is a name of the browser, of the shop's API or of anything stored or sent.
 */
const INTERNAL = [
  ...['scope', 'tally', 'sinceMs', 'unmark', 'setNote', 'dropFull', 'isNew', 'adopt', 'renew', 'collect'],
  ...['collected', 'ready', 'warm', 'issue', 'baseUrl', 'audience', 'openWorker', 'given', 'mark', 'stop'],
  ...['save', 'read', 'write', 'erase', 'reload', 'files', 'store', 'session', 'options'],
]
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh'
const shortNames = {
  mangleProps: new RegExp(`^(${INTERNAL.join('|')})$`),
  mangleCache: Object.fromEntries(INTERNAL.map((name, index) => [name, LETTERS[index]])),
}

const compile = (target, more) =>
  esbuild({
    target,
    ...more,
    tsconfig: `${root}tsconfig.json`,
    define: {
      __SDK_VERSION__: JSON.stringify(version),
      __QUEUE_VERSION__: JSON.stringify(version.replace(/\.[^.]*$/, '')),
    },
  })
const forBrowsers = more => [slimTfjs, withoutSrcdoc, nodeResolve({ browser: true }), compile('es2020', more)]
/** Libraries say nothing on a shop's console; the SDK's own warnings, in core and token, stay. */
const minify = ({ silent = false } = {}) =>
  terser({
    ecma: 2020,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, inline: 1, drop_console: silent },
    toplevel: true,
  })

/** The contract for the service: one file, TensorFlow.js kernels included, so that both sides run the same code. */
const contract = {
  input: `${root}src/contract/index.ts`,
  external: /^typebox/,
  output: { file: `${root}dist/contract/index.js`, format: 'es', sourcemap: true },
  plugins: [slimTfjs, nodeResolve({ browser: true }), compile('es2022')],
}

/** A classic script that the service serves under /sdk. */
const file = (input, paths, options) => ({
  input: `${root}src/${input}`,
  output: paths.map(path => ({ file: `${root}dist/${path}`, format: options?.format ?? 'iife' })),
  plugins: [...forBrowsers(shortNames), minify(options)],
})

/** For storefronts with a bundler of their own; the worker lies beside it as a file. */
const esm = {
  input: { index: `${root}src/index.ts`, react: `${root}src/react.ts` },
  external: 'react',
  output: {
    dir: `${root}dist/esm`,
    format: 'es',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
  },
  plugins: forBrowsers(),
}

export default [
  contract,
  // One block of its own, which needs no function around it.
  file('stub.ts', ['files/stub.js'], { format: 'es' }),
  file('loader.ts', ['files/core.js']),
  file('token/file.ts', ['files/token.js']),
  file('prescore/worker.ts', ['files/prescore-worker.js', 'esm/prescore-worker.js'], { silent: true }),
  file('device/file.ts', ['files/device.js'], { silent: true }),
  file('shop/data-layer-file.ts', ['files/datalayer.js'], { silent: true }),
  file('plugins/mercadopago-file.ts', ['files/mercadopago.js'], { silent: true }),
  esm,
]
