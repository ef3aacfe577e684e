/**
 * A load generator, run as a process of its own. It works on bare sockets, so that it takes little of the core it
 * shares, and takes each prepared body once, so that single-use tokens are really fresh.
 *
 * Closed loop: each connection sends its next request when the answer to the last one is complete. Open loop: requests
 * are due at random moments of a given rate (a Poisson process with a fixed seed), whatever the server answers; a
 * latency counts from the moment its request was due, so that a server that makes the generator wait is not spared.
 *
 * Usage: node generator.ts OPTIONS-FILE (JSON of LoadOptions); prints JSON of LoadResult.
 */
import { readFileSync } from 'node:fs'
import { type Answer, type Connection, openConnection } from './connection.ts'

/** What to send where. */
export interface LoadOptions {
  readonly port: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** A file with one JSON body a line; the load ends when they are used up. */
  readonly bodiesFile: string
  /** Connections of a closed loop; an open loop begins with so many and opens more when all are busy. */
  readonly connections: number
  /** The load ends after so long, too. */
  readonly durationMs: number
  /** Requests a second of an open loop; left out for a closed one. */
  readonly ratePerSecond?: number
  /** Whether the server may refuse with 503: such answers are counted and no fault. */
  readonly mayShed?: boolean
  /** Texts that every other answer must contain. */
  readonly expect: readonly string[]
}

/** What came back. */
export interface LoadResult {
  /** From the first request to the last answer. */
  readonly elapsedMs: number
  /** Number of answers by HTTP status. */
  readonly statuses: Readonly<Record<string, number>>
  readonly bodiesUsedUp: boolean
  /** Latencies of the answers with 2xx. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** How late the generator itself was with its requests, p99: a figure near the latencies says it was too slow. */
  readonly latenessP99Ms: number
  /** The first answer that was not 2xx or lacked an expected text, to tell what is wrong. */
  readonly firstRefusal: string | null
}

/** More connections than this at once mean that the server does not answer at all. */
const MAX_CONNECTIONS = 4_000

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Counts answers and checks them. */
class Tally {
  readonly statuses: Record<string, number> = {}
  readonly latenciesMs: number[] = []
  firstRefusal: string | null = null
  readonly #options: LoadOptions

  constructor(options: LoadOptions) {
    this.#options = options
  }

  add({ status, text }: Answer, latencyMs: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1
    if (status === '503' && this.#options.mayShed) return
    if (status.startsWith('2')) this.latenciesMs.push(latencyMs)
    if (!status.startsWith('2') || !this.#options.expect.every(part => text.includes(part)))
      this.firstRefusal ??= text
  }
}

function readRequests({ bodiesFile, headers, path }: LoadOptions): readonly Buffer[] {
  const head = Object.entries({ ...headers, 'content-type': 'application/json' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return readFileSync(bodiesFile, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(body => {
      const length = Buffer.byteLength(body)
      return Buffer.from(
        `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${head}content-length: ${length}\r\n\r\n${body}`,
      )
    })
}

/** Takes requests until the bodies or the time are over. */
async function closedLoop(take: () => Buffer | undefined, tally: Tally, connections: readonly Connection[]) {
  const drive = (connection: Connection) =>
    new Promise<void>(resolve => {
      const send = () => {
        const request = take()
        if (!request) return resolve()
        const sentMs = performance.now()
        connection.send(request, answer => {
          tally.add(answer, performance.now() - sentMs)
          send()
        })
      }
      send()
    })
  await Promise.all(connections.map(drive))
}

/** Exponential gaps (mulberry32), the same in every run. */
function gaps(ratePerSecond: number): () => number {
  let state = 1
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    const uniform = ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
    return (-Math.log(1 - uniform) * 1000) / ratePerSecond
  }
}

/** @returns how late each request was sent, ms */
async function openLoop(
  take: () => Buffer | undefined,
  tally: Tally,
  { port, ratePerSecond = 1 }: LoadOptions,
  connections: Connection[],
): Promise<number[]> {
  const idle = [...connections]
  const latenessMs: number[] = []
  const gap = gaps(ratePerSecond)
  let dueMs = performance.now() + gap()
  let under = 0
  let over = false
  let finish: () => void = () => undefined
  const finished = new Promise<void>(resolve => {
    finish = resolve
  })
  const sendOn = (connection: Connection, request: Buffer, fromMs: number) => {
    latenessMs.push(performance.now() - fromMs)
    connection.send(request, answer => {
      tally.add(answer, performance.now() - fromMs)
      idle.push(connection)
      under--
      if (over && under === 0) finish()
    })
  }
  const sendDue = async () => {
    while (!over) {
      while (dueMs <= performance.now()) {
        const request = take()
        if (!request) {
          over = true
          break
        }
        under++
        const fromMs = dueMs
        dueMs += gap()
        const connection = idle.pop()
        if (connection) sendOn(connection, request, fromMs)
        else if (connections.length >= MAX_CONNECTIONS) throw new Error('the server answers too slowly')
        else {
          const opened = await openConnection(port)
          connections.push(opened)
          sendOn(opened, request, fromMs)
        }
      }
      if (!over) await new Promise(resolve => setTimeout(resolve, Math.max(0, dueMs - performance.now())))
    }
  }
  await sendDue()
  if (under > 0) await finished
  return latenessMs
}

/** Sends until the time or the bodies are over. */
async function generate(options: LoadOptions): Promise<LoadResult> {
  const requests = readRequests(options)
  const tally = new Tally(options)
  const connections = await Promise.all(
    Array.from({ length: options.connections }, () => openConnection(options.port)),
  )
  let next = 0
  const startMs = performance.now()
  const take = () => (performance.now() >= startMs + options.durationMs ? undefined : requests[next++])
  let latenessMs: readonly number[] = []
  if (options.ratePerSecond === undefined) await closedLoop(take, tally, connections)
  else latenessMs = await openLoop(take, tally, options, connections)
  const elapsedMs = performance.now() - startMs
  await Promise.all(connections.map(connection => connection.end()))
  return {
    elapsedMs,
    statuses: tally.statuses,
    bodiesUsedUp: next >= requests.length,
    p50Ms: percentile(tally.latenciesMs, 0.5),
    p99Ms: percentile(tally.latenciesMs, 0.99),
    latenessP99Ms: percentile(latenessMs, 0.99),
    firstRefusal: tally.firstRefusal,
  }
}

const optionsFile = process.argv[2]
if (!optionsFile) throw new Error('usage: generator.ts OPTIONS-FILE')
console.log(JSON.stringify(await generate(JSON.parse(readFileSync(optionsFile, 'utf8')))))
