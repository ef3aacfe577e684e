import type { LoadOptions } from './options.ts'
import type { AgentMethod, StubApi } from './queue.ts'
import { QUEUE_VERSION } from './version.ts'

/**
 * The inline stub: takes calls until the core is there, and settles them by itself should the core never come.
 * Kept to what cannot wait for the core, since it stands in every page's HTML.
 */
if (!window.Atalaya) {
  const { nonce } = document.currentScript ?? {}
  const api: StubApi = {
    v: QUEUE_VERSION,
    q: [],
    load(options) {
      if (!api.o) {
        api.o = options ?? ({} as LoadOptions)
        const url = `${`${api.o.endpoint}`.replace(/\/$/, '')}/sdk/core.js`
        const script = document.createElement('script')
        // A policy of this name can be made once: it passes the core, then what the core asks for.
        api.p = window.trustedTypes?.createPolicy('atalaya', {
          createScriptURL: asked => (asked === url || api.ok?.(asked) ? asked : ''),
        })
        script.src = api.p?.createScriptURL(url) ?? url
        if (nonce) script.nonce = nonce
        document.head.append(script)
      }
      return api
    },
  }
  for (const method of 'track token consent reset forget destroy'.split(' ') as AgentMethod[]) {
    Object.assign(api, {
      [method]: (...args: unknown[]) =>
        new Promise(settle => {
          api.q.push([method, args, settle])
          setTimeout(settle, 1400, '')
        }),
    })
  }
  window.Atalaya = api
}
