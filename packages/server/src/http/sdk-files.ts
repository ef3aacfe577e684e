import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import type { PreScoreModel } from '@atalaya/client/contract'
import { type Handler, json, type Reply } from './exchange.ts'
import { Problem } from './problem.ts'
import type { Route } from './router.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
}

/** Pages of every origin load these: scripts by tag, the worker and the model by fetch. */
const PUBLIC = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
} as const
/** A worker lives under the policy it was served with, not the page's: ours loads its model from here. */
const SCRIPT_POLICY = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
const IMMUTABLE = 'public, max-age=31536000, immutable'
/** Long enough to spare requests within a visit, short enough that a mended SDK arrives. */
const SHORT = 'public, max-age=300'

/** The files of the SDK, as the installed client package ships them. */
export interface SdkFiles {
  readonly version: string
  readonly contents: ReadonlyMap<string, SdkFile>
}

/** A file as it is sent to browsers that take brotli, and to others. */
interface SdkFile {
  readonly plain: Uint8Array
  readonly brotli: Uint8Array
}

/** Reads the SDK's files into memory; none when the client has not been built. */
export function readSdkFiles(): SdkFiles {
  const packageJson = fileURLToPath(import.meta.resolve('@atalaya/client/package.json'))
  const { version } = JSON.parse(readFileSync(packageJson, 'utf8')) as { readonly version: string }
  const folder = join(dirname(packageJson), 'dist', 'files')
  let names: string[]
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      name => extname(name) in CONTENT_TYPES,
    )
  } catch {
    names = []
  }
  return { version, contents: new Map(names.map(name => [name, readFile(join(folder, name))])) }
}

function readFile(path: string): SdkFile {
  const plain = readFileSync(path)
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
  return { plain, brotli: brotliCompressSync(plain, { params }) }
}

/**
 * `/sdk/core.js` for script tags that follow updates, `/sdk/0.1.0/core.js` for ones that name a version, and
 * `/sdk/prescore/{id}.json` for the pre-score networks, whose id is their content hash.
 */
export function sdkRoutes(files: SdkFiles, models: ReadonlyMap<string, PreScoreModel>): Route[] {
  const file =
    (cacheControl: string): Handler =>
    ({ params, headers }) => {
      const name = params['file'] ?? ''
      const content = files.contents.get(name)
      if (!content) throw new Problem('file_unknown')
      const type = CONTENT_TYPES[extname(name)] ?? 'application/octet-stream'
      return fileReply(content, /\bbr\b/.test(headers['accept-encoding'] ?? ''), type, cacheControl)
    }
  const versioned = file(IMMUTABLE)
  return [
    {
      method: 'GET',
      path: '/sdk/prescore/{id}.json',
      handler: ({ params }) => {
        const model = models.get(params['id'] ?? '')
        if (!model) throw new Problem('file_unknown')
        return json(model, 200, { ...PUBLIC, 'cache-control': IMMUTABLE })
      },
    },
    { method: 'GET', path: '/sdk/{file}', handler: file(SHORT) },
    {
      method: 'GET',
      path: '/sdk/{version}/{file}',
      handler: request => {
        if (request.params['version'] !== files.version) throw new Problem('file_unknown')
        return versioned(request)
      },
    },
  ]
}

function fileReply(file: SdkFile, takesBrotli: boolean, type: string, cacheControl: string): Reply {
  return {
    status: 200,
    headers: {
      ...PUBLIC,
      'content-type': type,
      'cache-control': cacheControl,
      'content-security-policy': SCRIPT_POLICY,
      vary: 'accept-encoding',
      ...(takesBrotli && { 'content-encoding': 'br' }),
    },
    body: takesBrotli ? file.brotli : file.plain,
  }
}
