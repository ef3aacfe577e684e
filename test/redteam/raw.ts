import { connect, type Socket } from 'node:net'

/** Longest wait for an answer on a connection that stays open. */
const QUIET_MS = 2_000
/** And for its beginning. */
const FIRST_BYTE_MS = 8_000

export interface RawAnswer {
  /** Everything that came back, as Latin-1. */
  readonly text: string
  /** Status codes in the order in which they came: more than one when several requests were seen. */
  readonly statuses: readonly number[]
}

export function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Sends bytes as they are, which no HTTP client would, and reads until the service closes or says no more. */
export async function raw(url: string, request: string | Buffer): Promise<RawAnswer> {
  const socket = await open(url)
  const text = await new Promise<string>(resolve => {
    let received = ''
    let quiet: NodeJS.Timeout
    const done = () => {
      clearTimeout(quiet)
      socket.destroy()
      resolve(received)
    }
    quiet = setTimeout(done, FIRST_BYTE_MS)
    socket.setEncoding('latin1')
    socket.on('data', chunk => {
      received += String(chunk)
      clearTimeout(quiet)
      quiet = setTimeout(done, QUIET_MS)
    })
    socket.once('close', done)
    socket.once('error', done)
    socket.write(typeof request === 'string' ? Buffer.from(request, 'latin1') : request)
  })
  return { text, statuses: statusesOf(text) }
}

export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))

/** A request with these lines after the request line, and a host. */
export const request = (line: string, headers: readonly string[] = [], body = ''): string =>
  [`${line} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', body].join('\r\n')
