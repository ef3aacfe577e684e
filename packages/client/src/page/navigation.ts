import { quietly, type Scope } from './scope.ts'

/**
 * Calls `onView` for every further view of a single-page application and for every return from the
 * back/forward cache. A view is a change of path, query or hash route (`#/...`), not of a plain anchor.
 */
export function watchNavigation(scope: Scope, onView: () => void): void {
  let current = viewOf(location)
  const check = () => {
    const next = viewOf(location)
    if (next === current) return
    current = next
    onView()
  }
  scope.on<PageTransitionEvent>(window, 'pageshow', event => {
    if (event.persisted) onView()
  })
  const navigation = (window as { readonly navigation?: EventTarget }).navigation
  if (navigation) scope.on(navigation, 'currententrychange', check)
  else {
    // WebKit without the Navigation API: history's methods are the only notice of pushState.
    scope.on(window, 'popstate', check)
    for (const method of ['pushState', 'replaceState'] as const) watchHistory(scope, method, check)
  }
}

function watchHistory(scope: Scope, method: 'pushState' | 'replaceState', check: () => void): void {
  const original = history[method]
  let active = true
  const patched: typeof original = function (this: History, ...args) {
    original.apply(this, args)
    if (active) quietly(check)
  }
  history[method] = patched
  scope.add(() => {
    active = false
    // Somebody may have patched on top of this patch: then it stays, inactive.
    if (history[method] === patched) history[method] = original
  })
}

/** What makes a view of the page, as text. */
export function viewOf(url: {
  readonly pathname: string
  readonly search: string
  readonly hash: string
}): string {
  return url.pathname + url.search + (/^#!?\//.test(url.hash) ? url.hash : '')
}
