import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AtalayaError } from '../base/errors.ts'
import { Problem, problemReply } from './problem.ts'

/** How often slow senders are looked for; Node.js' own half a minute would let each be three times as slow as said. */
const CHECK_INTERVAL_MS = 1_000

type Serve = (request: IncomingMessage, response: ServerResponse) => void

/** A listening server that says "starting" until it is told how to serve. */
export interface Door {
  readonly server: Server
  readonly port: number
  serve(handle: Serve): void
  /** Takes no new connections, waits for what is in flight at most so long, then cuts what is left. */
  drain(idle: Promise<void>, limitMs: number): Promise<void>
  close(): Promise<void>
}

/**
 * Listens on a port.
 *
 * @throws {AtalayaError} `port_in_use`, `address_unusable`
 */
export async function openDoor(host: string, port: number): Promise<Door> {
  let handle: Serve = sayStarting
  const server = createServer({ connectionsCheckingInterval: CHECK_INTERVAL_MS }, (request, response) => {
    // Node.js takes a bare line for HTTP/0.9, which no caller speaks and other protocols can be made to.
    if (request.httpVersionMajor < 1) request.socket.destroy()
    else handle(request, response)
  })
  // Longer than load balancers keep idle connections, so that they close first; slow senders are cut.
  server.keepAliveTimeout = 65_000
  server.headersTimeout = 10_000
  server.requestTimeout = 15_000
  await listen(server, host, port)
  const address = server.address()
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    server,
    port: typeof address === 'object' && address !== null ? address.port : port,
    serve: given => {
      handle = given
    },
    drain: async (idle, limitMs) => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      let timer: NodeJS.Timeout | undefined
      const limit = new Promise<void>(resolve => {
        timer = setTimeout(resolve, limitMs)
      })
      await Promise.race([idle, limit])
      clearTimeout(timer)
      // Answers are on their way: one turn of the event loop lets them out before their connections are closed.
      await new Promise(resolve => setImmediate(resolve))
      server.closeAllConnections()
      await closed
    },
    close,
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenFault(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function listenFault(error: NodeJS.ErrnoException, host: string, port: number): AtalayaError {
  if (error.code === 'EADDRINUSE') {
    return new AtalayaError(
      'port_in_use',
      `port ${port} is in use`,
      'Stop what uses it, or choose another in PORT.',
      {
        cause: error,
      },
    )
  }
  return new AtalayaError(
    'address_unusable',
    `cannot listen on ${host}:${port} (${error.code ?? error.message})`,
    'Choose another address in HOST or another port in PORT.',
    { cause: error },
  )
}

function sayStarting(request: IncomingMessage, response: ServerResponse): void {
  const alive = request.url === '/healthz'
  const { status, headers, body } = problemReply(
    new Problem('starting', { headers: { 'retry-after': '1' } }),
    'starting',
  )
  response.writeHead(alive ? 200 : status, alive ? { 'content-type': 'application/json' } : headers)
  response.end(alive ? '{"status":"ok"}' : body)
}

/** The origins by which a page on this machine reaches host and port. */
export function ownOrigins(host: string, port: number): string[] {
  if (!/^(localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::)$/.test(host))
    return [`http://${urlHost(host)}:${port}`]
  return ['localhost', '127.0.0.1', '[::1]'].map(name => `http://${name}:${port}`)
}

/** A host as it stands in a URL; the address for "every interface" is reached by loopback. */
export function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
