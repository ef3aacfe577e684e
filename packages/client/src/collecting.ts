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

/** By event, whether the page reported it itself (attributes, `track()`) or in its data layer. */
const feeds = new Map<string, boolean>()

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
  const { options, files, session, consent } = parts
  const scope = openScope()
  let issuing: Promise<Issuer> | undefined
  let stopped = false
  const issuer = () => {
    if (!issuing) {
      const loading = files
        .load('token')
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
  let layered = false
  // GA4's data layer may come to be after the SDK; what it holds by then is read all the same.
  const readLayer = () => {
    const { dataLayer } = options.given
    const name = (dataLayer ?? 'dataLayer') as string
    if (layered || !(dataLayer || name in window)) return
    layered = true
    files.load('datalayer').then(
      read => stopped || scope.add(read(name, from(false))),
      () => {},
    )
  }
  const warm = () => {
    readLayer()
    withIssuer(ready => ready.warm())
  }
  const count = createShopTracker(session.tally('essential'))
  const tell = joinTabs(scope, session, told => {
    const [event, products] = told.split(' ')
    count(event ?? '', { count: Number(products) })
  })
  // An event that the shop reports itself and in its data layer too is counted the way that was first on the page.
  const from =
    (own: boolean): ShopTracker =>
    (event, data) => {
      if ((feeds.get(event) ?? own) !== own) return true
      feeds.set(event, own)
      const known = count(event, data)
      tell(`${event} ${productCount(data)}`)
      if (/checkout|payment/.test(event)) warm()
      session.save()
      return known
    }
  const track = from(true)
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
  if (document.querySelector(`${selectorOf('checkout')},[data-atalaya-token]`)) warm()
  readLayer()
  whenIdle(() => {
    readLayer()
    // Before it is needed: should the network fail at the checkout, a token can still be made.
    withIssuer(() => {})
  }, ISSUER_WITHIN_MS)
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
