import type { CaseView, FeedEntry } from '../view.ts'

async function getJson<T>(path: string): Promise<T> {
  const response = await fetch(path, { headers: { accept: 'application/json' } })
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()) as T
}

/** The newest decisions, newest first. */
export const loadFeed = (): Promise<readonly FeedEntry[]> => getJson('/console/api/feed')
export const loadCase = (id: string): Promise<CaseView> =>
  getJson(`/console/api/decisions/${encodeURIComponent(id)}`)

/**
 * Follows new decisions as server-sent events; the browser reconnects by itself.
 *
 * @returns a function that stops following
 */
export function followFeed(
  onEntry: (entry: FeedEntry) => void,
  onConnected: (connected: boolean) => void,
): () => void {
  const source = new EventSource('/console/api/stream')
  source.addEventListener('open', () => onConnected(true))
  source.addEventListener('error', () => onConnected(false))
  source.addEventListener('decision', event => onEntry(JSON.parse(event.data) as FeedEntry))
  return () => source.close()
}
