import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { openRegistry } from '../../packages/server/src/registry/index.ts'
import { NotMeasurable, type RowGroup } from '../context.ts'
import type { Measurement } from '../result.ts'

const files = new URL('../../packages/client/dist/files/', import.meta.url)
const models = new URL('../../packages/server/models', import.meta.url)
const modules = new URL('../../node_modules/', import.meta.url)

/** Which shipped files a row adds up. */
const parts: Readonly<Record<string, readonly string[]>> = {
  'sdk.stub.br': ['stub.js'],
  'sdk.core.br': ['stub.js', 'core.js'],
  'sdk.prescore.br': ['prescore-worker.js'],
  'sdk.device.br': ['device.js'],
}
/** Rows that hold the bundled pre-score network, which the page loads as data. */
const withModel = new Set(['sdk.prescore.br', 'sdk.total.br'])

/** Bundles of other projects that do a part of the same, from their own packages. */
const peers: Readonly<Record<string, { readonly name: string; readonly paths: readonly string[] }>> = {
  'sdk.prescore.br': {
    name: 'tfjs-core and its CPU backend, whole',
    paths: [
      '@tensorflow/tfjs-core/dist/tf-core.es2017.min.js',
      '@tensorflow/tfjs-backend-cpu/dist/tf-backend-cpu.es2017.min.js',
    ],
  },
  'sdk.device.br': { name: 'FingerprintJS', paths: ['@fingerprintjs/fingerprintjs/dist/fp.min.js'] },
}

/** Bytes after brotli at quality 11, as a CDN serves a static file. */
function brotliBytes(content: Uint8Array): number {
  return brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  }).length
}

function sum(folder: URL, names: readonly string[]): number {
  const missing = names.filter(name => !existsSync(new URL(name, folder)))
  if (missing.length > 0) throw new NotMeasurable(`not built: ${missing.join(', ')}`)
  return names.reduce((total, name) => total + brotliBytes(readFileSync(new URL(name, folder))), 0)
}

function shippedFiles(): string[] {
  if (!existsSync(files)) throw new NotMeasurable('not built: packages/client/dist/files')
  return readdirSync(files).filter(name => name.endsWith('.js'))
}

/** The network as the service sends it. */
function modelBytes(): number {
  if (!existsSync(models)) throw new NotMeasurable('no model is bundled: packages/server/models')
  const { prescore } = openRegistry(fileURLToPath(models)).load('champion')
  if (!prescore) throw new NotMeasurable('the bundled model has no pre-score network')
  return brotliBytes(Buffer.from(JSON.stringify(prescore)))
}

function measureOne(id: string): Measurement {
  const ours = sum(files, parts[id] ?? shippedFiles()) + (withModel.has(id) ? modelBytes() : 0)
  const peer = peers[id]
  if (!peer) return { ours }
  return { ours, reference: { name: peer.name, value: sum(modules, peer.paths) } }
}

/** One group a row, so that a file that was not built spoils no other row. */
export const sdkSizeRows: readonly RowGroup[] = [...Object.keys(parts), 'sdk.total.br'].map(id => ({
  ids: [id],
  measure: async () => ({ [id]: measureOne(id) }),
}))
