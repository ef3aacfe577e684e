import { watchNavigation } from '../page/navigation.ts'
import { type Collect, tallied } from './collector.ts'

/** The view that loaded the page counts once, however often consent changes on it. */
let loadCounted = false

/** Duration (total and visible), page views and times the page was hidden. */
export const session: Collect = ({ scope, session, tally, now }) => {
  const visible = () => document.visibilityState === 'visible'
  let visibleFromMs = visible() ? now() : null
  let leaving = false
  const settle = () => {
    if (visibleFromMs !== null) tally.add('visible_duration_ms', now() - visibleFromMs)
    visibleFromMs = visible() ? now() : null
  }
  // A page that is left is hidden too, in some browsers after `pagehide`: that is no look at another tab.
  scope.on(window, 'pagehide', () => {
    settle()
    leaving = true
    visibleFromMs = null
  })
  scope.on<PageTransitionEvent>(window, 'pageshow', event => {
    if (!event.persisted) return
    leaving = false
    session.reload()
    visibleFromMs = now()
  })
  scope.on(document, 'visibilitychange', () => {
    if (leaving) return
    settle()
    if (!visible()) tally.add('hidden_count')
  })
  scope.add(settle)
  const onView = () => tally.add('page_views')
  watchNavigation(scope, onView)
  if (!loadCounted) onView()
  loadCounted = true
  return () => {
    settle()
    const durationMs = Math.max(0, now() - session.startedMs())
    return {
      session_duration_ms: durationMs,
      // A stretch that began before the session did (a long idle page) counts from its start.
      visible_duration_ms: Math.min(tally.get('visible_duration_ms'), durationMs),
      // A session that began anew on a page has seen that page.
      page_views: Math.max(1, tally.get('page_views')),
      ...tallied(tally, 'hidden_count'),
    }
  }
}
