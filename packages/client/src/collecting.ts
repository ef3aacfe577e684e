import type { LazyFiles } from './files.ts'
import type { ResolvedOptions, TokenRequest } from './options.ts'
import { whenIdle } from './page/idle.ts'
import { openScope } from './page/scope.ts'
import type { Session } from './page/session.ts'
import type { Store } from './page/storage.ts'
import { joinTabs } from './page/tabs.ts'
import { selectorOf } from './shop/attributes.ts'
import { createShopTracker, productCount, type ShopTracker } from './shop/track.ts'
import { COLLECTORS } from './signals/index.ts'
import { runCollectors } from './signals/run.ts'
import type { Issuer } from './token/issuer.ts'

/** The longest wait for an idle moment before what makes tokens is loaded. */
const ISSUER_WITHIN_MS = 3_000

/** What runs on a page under one consent mode, from its begin to its end. */
export interface Collecting {
  readonly track: ShopTracker
  token(request: TokenRequest): Promise<string>
  /** Takes up a session that was renewed. */
  renew(): void
  stop(): void
}

export interface CollectingParts {
  readonly options: ResolvedOptions
  readonly files: LazyFiles
  readonly store: Store
  readonly session: Session
  readonly consent: 'essential' | 'full'
  readonly gpc: boolean
  /** Resolves when no key is being erased any more. */
  ready(): Promise<unknown>
}

/** Starts the collectors, and gets all that a token needs ready when the shopper comes near a payment. */
export function createCollecting(parts: CollectingParts): Collecting {
  const { files, session, consent } = parts
  const scope = openScope()
  let issuing: Promise<Issuer> | undefined
  let stopped = false
  const issuer = () => {
    if (!issuing) {
      const loading = files
        .loadIssuer()
        .then(createIssuer => createIssuer({ ...parts, collected: () => collectors.read() }))
      loading.catch(() => {
        issuing = undefined // The next call tries again.
      })
      issuing = loading
    }
    return issuing
  }
  const withIssuer = (work: (ready: Issuer) => void) => {
    if (!stopped || issuing) void issuer().then(work, () => {})
  }
  const warm = () => withIssuer(ready => ready.warm())
  const count = createShopTracker(session.tally('essential'))
  const tell = joinTabs(scope, session, told => {
    const [event, products] = told.split(' ')
    count(event ?? '', { count: Number(products) })
  })
  const track: ShopTracker = (event, data) => {
    const known = count(event, data)
    tell(`${event} ${productCount(data)}`)
    if (/checkout|payment/.test(event)) warm()
    session.save()
    return known
  }
  const collectors = runCollectors(
    COLLECTORS.filter(collector => consent === 'full' || collector.consent === 'essential'),
    (collector, guard) => ({
      scope: openScope(guard),
      session,
      tally: session.tally(collector.consent),
      track,
      now: Date.now,
    }),
    () => performance.now(),
  )
  // After the collectors', so that what they settle on leaving is saved.
  scope.on(window, 'pagehide', () => session.save())
  scope.on(document, 'visibilitychange', () => session.save())
  // A form or a checkout in the page says that a token will be wanted; a page of products asks for nothing.
  scope.on(document, 'focusin', event => {
    if (event.target instanceof Element && event.target.matches('input,select,textarea')) warm()
  })
  if (document.querySelector(selectorOf('checkout'))) warm()
  // Before it is needed: should the network fail at the checkout, a token can still be made.
  else whenIdle(() => withIssuer(() => {}), ISSUER_WITHIN_MS)
  session.save()
  return {
    track,
    token(request) {
      const calledMs = performance.now()
      return issuer().then(ready => ready.issue(request, calledMs))
    },
    renew() {
      if (issuing) withIssuer(ready => ready.renew())
      session.save()
    },
    stop() {
      stopped = true
      collectors.stop()
      scope.close()
      if (issuing) withIssuer(ready => ready.close())
    },
  }
}
