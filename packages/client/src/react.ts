import { useEffect, useState } from 'react'
import { type Agent, type LoadOptions, load } from './index.ts'

export type { Agent, ConsentMode, LoadOptions, ShopEvent, ShopEventData, TokenRequest } from './index.ts'

let shared: Agent | undefined

/**
 * The page's agent, in any component that asks: the first call loads the SDK, with its options, and later ones get the
 * same agent, so that strict mode, suspense and remounts observe one session. A changed `consent` is passed on; the
 * other options are those of the first call. On a server the agent does nothing.
 *
 * @example
 * const atalaya = useAtalaya({ siteKey: 'pk_live_x', endpoint: 'https://fraud.example.com', consent })
 * const pay = async () => send(await atalaya.token({ action: 'checkout', order }))
 */
export function useAtalaya(options: LoadOptions): Agent {
  const [agent] = useState(() => {
    // A server renders for many shoppers: nothing is kept there.
    if (typeof document === 'undefined') return load(options)
    shared ??= load(options)
    return shared
  })
  const { consent } = options
  useEffect(() => {
    if (consent !== undefined) agent.consent(consent)
  }, [agent, consent])
  return agent
}
