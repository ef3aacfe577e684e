/**
 * A closed-loop load generator, run as a process of its own: each connection sends its next request when the
 * answer to the last one is complete. It works on bare sockets, so that it takes little of the core it shares,
 * and takes each prepared body once, so that single-use tokens are really fresh.
 *
 * Usage: node generator.ts OPTIONS-FILE (JSON of LoadOptions); prints JSON of LoadResult.
 */
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'

/** What to send where. */
export interface LoadOptions {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** A file with one JSON body a line. */
  readonly bodiesFile: string
  readonly connections: number
  /** How long to send; it ends earlier when the bodies are used up, unless they may repeat. */
  readonly durationMs: number
  /** Whether a body may be sent more than once. */
  readonly repeat: boolean
  /** Texts that every answer must contain. */
  readonly expect: readonly string[]
}

/** What came back. */
export interface LoadResult {
  readonly elapsedMs: number
  /** Number of answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly bodiesUsedUp: boolean
  readonly p50Ms: number
  readonly p99Ms: number
  /** The first answer that was not 2xx or lacked an expected text, to tell what is wrong. */
  readonly firstRefusal: string | null
}

/** Length of one complete HTTP/1.1 answer at the start of the text, or undefined while it is incomplete. */
function answerLength(text: string): number | undefined {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const match = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))
  if (!match) throw new Error('an answer without Content-Length; the generator reads no chunked answers')
  const length = headEnd + 4 + Number(match[1])
  return text.length >= length ? length : undefined
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Sends until the time or the bodies are over. */
async function generate(options: LoadOptions): Promise<LoadResult> {
  const head = Object.entries({ ...options.headers, 'content-type': 'application/json' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  const requests = readFileSync(options.bodiesFile, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(body => {
      const length = Buffer.byteLength(body)
      return Buffer.from(
        `POST ${options.path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}content-length: ${length}\r\n\r\n${body}`,
      )
    })
  const statuses: Record<string, number> = {}
  const latenciesMs: number[] = []
  let firstRefusal: string | null = null
  let next = 0
  const startMs = performance.now()
  const deadlineMs = startMs + options.durationMs

  const nextRequest = (): Buffer | undefined => {
    if (performance.now() >= deadlineMs) return undefined
    if (next >= requests.length && options.repeat) next = 0
    return requests[next++]
  }

  const drive = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let received = ''
      let sentMs = 0
      const send = () => {
        const request = nextRequest()
        if (!request) return void socket.end()
        sentMs = performance.now()
        socket.write(request)
      }
      socket.setEncoding('latin1')
      socket.setNoDelay(true)
      socket.on('connect', send)
      socket.on('data', (chunk: string) => {
        received += chunk
        let length: number | undefined
        try {
          length = answerLength(received)
        } catch (error) {
          return void socket.destroy(error instanceof Error ? error : undefined)
        }
        if (length === undefined) return
        const status = received.slice(9, 12)
        statuses[status] = (statuses[status] ?? 0) + 1
        const isExpected = options.expect.every(text => received.includes(text))
        if (!status.startsWith('2') || !isExpected) firstRefusal ??= received.slice(0, length)
        latenciesMs.push(performance.now() - sentMs)
        received = received.slice(length)
        send()
      })
      socket.on('close', () => resolve())
      socket.on('error', reject)
    })

  await Promise.all(
    Array.from({ length: options.connections }, () => drive(connect(options.port, '127.0.0.1'))),
  )
  const sorted = Float64Array.from(latenciesMs).sort()
  return {
    elapsedMs: performance.now() - startMs,
    statuses,
    bodiesUsedUp: next >= requests.length && !options.repeat,
    p50Ms: percentile(sorted, 0.5),
    p99Ms: percentile(sorted, 0.99),
    firstRefusal,
  }
}

const optionsFile = process.argv[2]
if (!optionsFile) throw new Error('usage: generator.ts OPTIONS-FILE')
console.log(JSON.stringify(await generate(JSON.parse(readFileSync(optionsFile, 'utf8')))))
