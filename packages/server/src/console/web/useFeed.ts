import { useCallback, useEffect, useReducer } from 'react'
import type { FeedEntry } from '../view.ts'
import { followFeed, loadFeed } from './api.ts'

const KEPT = 2000

interface FeedState {
  readonly entries: readonly FeedEntry[]
  /** Decisions that arrived while paused. */
  readonly held: readonly FeedEntry[]
  readonly paused: boolean
  readonly connected: boolean
  readonly status: 'loading' | 'ready' | 'failed'
}
type FeedAction =
  | { readonly type: 'loaded'; readonly entries: readonly FeedEntry[] }
  | { readonly type: 'failed' }
  | { readonly type: 'arrived'; readonly entry: FeedEntry }
  | { readonly type: 'connected'; readonly connected: boolean }
  | { readonly type: 'pause'; readonly paused: boolean }

const start: FeedState = { entries: [], held: [], paused: false, connected: false, status: 'loading' }

/** Newest first, each decision once, bounded. */
function merge(newer: readonly FeedEntry[], older: readonly FeedEntry[]): readonly FeedEntry[] {
  const seen = new Set(newer.map(entry => entry.id))
  return [...newer, ...older.filter(entry => !seen.has(entry.id))].slice(0, KEPT)
}

function reduce(state: FeedState, action: FeedAction): FeedState {
  switch (action.type) {
    case 'loaded':
      return { ...state, status: 'ready', entries: merge(state.entries, action.entries) }
    case 'failed':
      return { ...state, status: state.entries.length > 0 ? 'ready' : 'failed' }
    case 'arrived':
      return state.paused
        ? { ...state, held: merge([action.entry], state.held) }
        : { ...state, status: 'ready', entries: merge([action.entry], state.entries) }
    case 'connected':
      return { ...state, connected: action.connected }
    case 'pause':
      return action.paused
        ? { ...state, paused: true }
        : { ...state, paused: false, held: [], entries: merge(state.held, state.entries) }
  }
}

/** The live feed: what was decided before, and what is decided now. */
export function useFeed() {
  const [state, dispatch] = useReducer(reduce, start)
  const load = useCallback(() => {
    loadFeed().then(
      entries => dispatch({ type: 'loaded', entries }),
      () => dispatch({ type: 'failed' }),
    )
  }, [])
  useEffect(() => {
    load()
    return followFeed(
      entry => dispatch({ type: 'arrived', entry }),
      connected => {
        dispatch({ type: 'connected', connected })
        // What was decided while the connection was down is fetched once it stands again.
        if (connected) load()
      },
    )
  }, [load])
  const pause = useCallback((paused: boolean) => dispatch({ type: 'pause', paused }), [])
  return { ...state, pause, reload: load }
}
