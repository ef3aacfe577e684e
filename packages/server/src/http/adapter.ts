import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger, Metrics } from '../monitoring/index.ts'
import { ConnectionLost, readBody } from './body.ts'
import type { Reply, RequestParts } from './exchange.ts'
import { Problem, problemReply, toProblem } from './problem.ts'
import type { Found, Match } from './router.ts'

export interface AdapterOptions {
  readonly metrics: Metrics
  readonly logger: Logger
  /** Limited requests worked on at once; one more is answered with 503 before its body is read. */
  readonly maxInFlight: number
  /** How late the event loop is, ms. */
  readonly loopDelayMs: () => number
  /** Headers that every answer to this request carries, whatever the handler makes of it. */
  readonly alwaysHeaders: (route: string, request: IncomingMessage) => Readonly<Record<string, string>>
}

/** Runs handlers for requests of Node.js' own server, with or without Express in between. */
export interface Adapter {
  /** Answers a request whose address was looked up. */
  answer(request: IncomingMessage, response: ServerResponse, found: Found): Promise<void>
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>
  /** From now on every answer asks its caller to close the connection. */
  closeConnections(): void
}

/** For JSON and text that no browser is to show, frame, cache or guess the type of. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
} as const

/**
 * Late by so much, the event loop is busy with something that the requests in flight do not show; who waits behind it
 * is told so. One request alone is never refused.
 */
const MAX_LOOP_DELAY_MS = 500

export function createAdapter({
  metrics,
  logger,
  maxInFlight,
  loopDelayMs,
  alwaysHeaders,
}: AdapterOptions): Adapter {
  const prefix = randomBytes(6).toString('base64url')
  let requests = 0
  let limited = 0
  let inFlight = 0
  let closing = false
  let whenIdle: (() => void) | undefined

  const refuseOverload = () => {
    if (limited < maxInFlight && (limited === 0 || loopDelayMs() <= MAX_LOOP_DELAY_MS)) return
    metrics.shed()
    throw new Problem('overloaded', { headers: { 'retry-after': '1' } })
  }

  const run = async (request: IncomingMessage, found: Found): Promise<Reply> => {
    if (!found) throw new Problem('route_unknown')
    if ('allow' in found)
      throw new Problem('method_not_allowed', { headers: { allow: found.allow.join(', ') } })
    if (!found.route.limited) return found.route.handler(await toParts(request, found))
    refuseOverload()
    // Whoever sends slowly holds no place: a handful of such could keep everybody else out.
    const parts = await toParts(request, found)
    refuseOverload()
    limited += 1
    metrics.inFlight(limited)
    try {
      return await found.route.handler(parts)
    } finally {
      limited -= 1
      metrics.inFlight(limited)
    }
  }

  const fail = (error: unknown, route: string): Reply => {
    const problem = toProblem(error)
    requests += 1
    const instance = `${prefix}-${requests}`
    const status = { route, code: problem.code, instance }
    if (problem.code === 'internal_error' || problem.code === 'store_unavailable')
      logger.error({ ...status, err: error })
    else logger.debug(status)
    return problemReply(problem, instance)
  }

  return {
    async answer(request, response, found) {
      const route = found && 'route' in found ? found.route.path : 'none'
      inFlight += 1
      try {
        const reply = await run(request, found).catch((error: unknown) => {
          if (error instanceof ConnectionLost) throw error
          return fail(error, route)
        })
        write(request, response, reply, {
          ...alwaysHeaders(route, request),
          ...(closing && { connection: 'close' }),
        })
        metrics.answered(route, reply.status)
      } catch (error) {
        if (!(error instanceof ConnectionLost))
          logger.error({ err: error, route }, 'an answer could not be written')
        response.destroy()
      } finally {
        inFlight -= 1
        if (inFlight === 0) whenIdle?.()
      }
    },
    idle: () =>
      inFlight === 0
        ? Promise.resolve()
        : new Promise(resolve => {
            whenIdle = resolve
          }),
    closeConnections: () => {
      closing = true
    },
  }
}

const NO_BODY = new Uint8Array()

async function toParts(request: IncomingMessage, { params }: Match): Promise<RequestParts> {
  const { method = 'GET', headers } = request
  const [path, query] = splitUrl(request.url)
  const body = method === 'POST' ? await readBody(request) : NO_BODY
  return { method, path, query: new URLSearchParams(query), headers, params, body }
}

/** Path and query of a request target; an absolute one (RFC 9112, section 3.2.2) counts by its path. */
export function splitUrl(target = '/'): readonly [path: string, query: string] {
  const url = target.startsWith('/') ? target : URL.canParse(target) ? new URL(target).pathname : '/'
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
}

function write(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Reply,
  always: Readonly<Record<string, string>>,
): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    ...(status === 204 ? {} : { 'content-length': length }),
    ...headers,
    ...always,
  })
  response.end(request.method === 'HEAD' || status === 204 ? undefined : body)
}
