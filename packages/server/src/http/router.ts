import type { Handler } from './exchange.ts'

export type Method = 'GET' | 'POST' | 'OPTIONS'

/** One address of the API. */
export interface Route {
  readonly method: Method
  /** For example `/v1/decisions/{id}`. */
  readonly path: string
  readonly handler: Handler
  /** Whether it counts against the limit of requests in flight. */
  readonly limited?: boolean
}

export interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

/** What an address stands for; `allow` names the methods of one that does not know the one asked for. */
export type Found = Match | { readonly allow: readonly string[] } | undefined

/** Finds routes by method and path; the first that fits wins. HEAD is answered by GET. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Found {
  const exact = new Map<string, Match>()
  const patterns: { readonly route: Route; readonly pattern: RegExp }[] = []
  for (const route of routes) {
    if (route.path.includes('{')) patterns.push({ route, pattern: toPattern(route.path) })
    else exact.set(`${route.method} ${route.path}`, { route, params: {} })
  }
  return (asked, path) => {
    const method = asked === 'HEAD' ? 'GET' : asked
    const found = exact.get(`${method} ${path}`)
    if (found) return found
    const allow: string[] = routes.filter(route => route.path === path).map(route => route.method)
    for (const { route, pattern } of patterns) {
      const groups = pattern.exec(path)?.groups
      if (!groups) continue
      if (route.method === method) return { route, params: groups }
      allow.push(route.method)
    }
    return allow.length > 0 ? { allow } : undefined
  }
}

/** Parameters take one segment of characters that need no decoding. */
function toPattern(path: string): RegExp {
  const source = path.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[A-Za-z0-9._~-]+?)')
  return new RegExp(`^${source}$`)
}
