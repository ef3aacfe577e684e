import type { IncomingHttpHeaders } from 'node:http'

/** A request as handlers see it, whatever server it came through. */
export interface RequestParts {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  /** Parts of the path that the route's pattern names. */
  readonly params: Readonly<Record<string, string>>
  /** Empty for methods without one. */
  readonly body: Uint8Array
}

/** What a handler answers. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export type Handler = (request: RequestParts) => Promise<Reply> | Reply

/** A JSON answer. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}
