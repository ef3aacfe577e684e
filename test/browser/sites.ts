import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ChallengeResponse, PreScoreModel } from '@atalaya/client/contract'

/** What a test page needs of a service: its origin and its end. */
export interface TestServer {
  readonly origin: string
  readonly requests: readonly { readonly method: string; readonly path: string; readonly body: string }[]
  close(): Promise<void>
}

const FILES = fileURLToPath(new URL('../../packages/client/dist/', import.meta.url))

/** Content security policy that SDK files must run under; the nonce is the page's. */
export function strictPolicy(nonce: string, workers = "'self'", service = ''): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `worker-src ${workers}`,
    `connect-src 'self' ${service}`,
    "require-trusted-types-for 'script'",
    'trusted-types atalaya',
  ].join('; ')
}

/** What a service of another origin sends so that a shop's pages may read its answers. */
const CROSS_ORIGIN = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'content-type',
  'cross-origin-resource-policy': 'cross-origin',
}

export interface SiteOptions {
  /** HTML of a page by path; `{nonce}` stands for the policy's nonce. */
  readonly pages: { readonly [path: string]: string }
  readonly model?: PreScoreModel | null
  /** Answers of the challenge endpoint; the default issues a random nonce. */
  readonly challenge?: (body: string) => ChallengeResponse | { readonly status: number }
  /** Files that answer 404, by name, to see what happens when they are blocked. */
  readonly missing?: readonly string[]
  /** Origin of a service elsewhere that the pages' policy lets them ask. */
  readonly service?: string
  /** Whether challenge requests never get an answer. */
  readonly hang?: boolean
  /** Changes SDK files on their way, by name, to see what happens when versions are mixed. */
  readonly altered?: { readonly [name: string]: (content: string) => string }
  /** Whether the pages' policy refuses workers. */
  readonly withoutWorkers?: boolean
}

/** A shop's page server that also stands in for the service: SDK files, model data and challenges on one origin. */
export async function startSite(options: SiteOptions): Promise<TestServer> {
  const requests: { method: string; path: string; body: string }[] = []
  const { origin, close } = await listen(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    const body = await readBody(request)
    requests.push({ method: request.method ?? '', path, body })
    const send = (status: number, type: string, content: string, headers = {}) =>
      response.writeHead(status, { 'content-type': type, ...CROSS_ORIGIN, ...headers }).end(content)
    if (request.method === 'OPTIONS') return send(204, 'text/plain', '')
    const html = options.pages[path]
    if (html !== undefined) {
      const nonce = randomBytes(12).toString('base64')
      const workers = options.withoutWorkers ? "'none'" : "'self'"
      return send(200, 'text/html', html.replaceAll('{nonce}', nonce), {
        'content-security-policy': strictPolicy(nonce, workers, options.service),
      })
    }
    if (path === '/v1/challenge' && request.method === 'POST') {
      if (options.hang) return
      const answer = options.challenge?.(body) ?? randomChallenge(options.model?.id ?? null)
      return 'status' in answer
        ? send(answer.status, 'application/problem+json', '{}')
        : send(200, 'application/json', JSON.stringify(answer))
    }
    if (options.model && path === `/sdk/prescore/${options.model.id}.json`) {
      return send(200, 'application/json', JSON.stringify(options.model))
    }
    const file = /^\/(sdk|esm)\/(?:0\.1\.0\/)?([\w.-]+\.js)$/.exec(path)
    if (file && !options.missing?.includes(file[2] ?? '')) {
      const built = await readFile(`${FILES}${file[1] === 'sdk' ? 'files' : 'esm'}/${file[2]}`, 'utf8')
      const content = options.altered?.[file[2] ?? '']?.(built) ?? built
      // A worker's own requests obey the policy of its script.
      return send(200, 'text/javascript', content, {
        'content-security-policy': strictPolicy(''),
      })
    }
    return send(404, 'text/plain', 'not found')
  })
  return { origin, requests, close }
}

/** A challenge as a service would give it, with a nonce that is only random. */
export function randomChallenge(prescoreModelId: string | null): ChallengeResponse {
  const now = Date.now()
  return {
    nonce: randomBytes(24).toString('base64url'),
    expiresAtMs: now + 600_000,
    serverTimeMs: now,
    config: { prescoreModelId },
  }
}

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
