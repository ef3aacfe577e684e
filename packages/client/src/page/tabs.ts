import { quietly, type Scope } from './scope.ts'
import type { Session } from './session.ts'

const CHANNEL = 'atalaya'

/**
 * Shares a session among the tabs of a shop: a tab without one takes up that of the oldest other tab, and what is
 * told in one tab is heard in the others of the same session. Tabs in the back/forward cache take no part, since an
 * open channel could keep them out of it.
 *
 * @returns tells the other tabs; the text is theirs to understand
 */
export function joinTabs(
  scope: Scope,
  session: Session,
  hear: (text: string) => void,
): (text: string) => void {
  let channel: BroadcastChannel | undefined
  const send = (type: 'ask' | 'session' | 'told', text = '') => {
    channel?.postMessage({ type, id: session.id(), text })
  }
  const open = () => {
    if (channel) return
    channel = new BroadcastChannel(CHANNEL)
    channel.onmessage = ({ data: { type, id, text } }: MessageEvent) =>
      quietly(() => {
        if (type === 'ask') send('session', session.text())
        else if (type === 'session') session.adopt(text)
        else if (id === session.id()) hear(text)
      })
  }
  const close = () => {
    channel?.close()
    channel = undefined
  }
  scope.on(window, 'pagehide', close)
  scope.on(window, 'pageshow', open)
  scope.add(close)
  quietly(open)
  if (session.isNew()) send('ask')
  return text => send('told', text)
}
