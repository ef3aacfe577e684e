import type { Sites } from '../sites/index.ts'
import type { Reply, RequestParts } from './exchange.ts'

/** Lets a page of an allowed origin read an answer; caches keep answers to different origins apart. */
export function corsHeaders(
  origin: string | undefined,
  allowed: (origin: string) => boolean,
): Record<string, string> {
  return origin !== undefined && allowed(origin)
    ? { 'access-control-allow-origin': origin, vary: 'Origin' }
    : { vary: 'Origin' }
}

/** Whether pages of an origin may call the public routes of any site. */
export function allowedOrigins(sites: Sites, ownPages: ReadonlySet<string>): (origin: string) => boolean {
  return origin => ownPages.has(origin) || sites.hasOrigin(origin)
}

/** Answers a browser's question whether it may post JSON here (the Fetch standard's CORS preflight). */
export function preflight({ headers }: RequestParts, allowed: (origin: string) => boolean): Reply {
  const cors = corsHeaders(headers.origin, allowed)
  if (!cors['access-control-allow-origin']) return { status: 403, headers: cors, body: '' }
  return {
    status: 204,
    headers: {
      ...cors,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    },
    body: '',
  }
}
