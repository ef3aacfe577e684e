import type { Signals } from './contract/signals.ts'
import { readVisitorOnce } from './device/client.ts'
import type { LazyFiles } from './files.ts'
import type { ResolvedOptions } from './options.ts'
import { openScope } from './page/scope.ts'
import type { Session } from './page/session.ts'
import type { Store } from './page/storage.ts'
import { createPreScoreClient, type PreScoreClient } from './prescore/client.ts'
import { selectorOf } from './shop/attributes.ts'
import { createShopTracker, type ShopTracker } from './shop/track.ts'
import { COLLECTORS } from './signals/index.ts'
import { allowedSignals, runCollectors } from './signals/run.ts'
import { type ChallengeSource, createChallengeSource } from './token/challenge.ts'
import { type HeldKey, openKey } from './token/key.ts'
import { indexedDbKeyStore } from './token/key-store.ts'
import type { Visitor } from './token/make.ts'

/** What runs on a page under one consent mode, from its begin to its end. */
export interface Collecting {
  readonly consent: 'essential' | 'full'
  readonly challenges: ChallengeSource
  readonly prescore: PreScoreClient
  readonly visitor: Promise<Visitor | null>
  readonly track: ShopTracker
  key(): Promise<HeldKey>
  read(): Signals
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
  /** Resolves when nothing is being erased any more. */
  ready(): Promise<unknown>
}

/** Starts the collectors, and gets key, challenge and pre-score ready when the shopper comes near a payment. */
export function createCollecting(parts: CollectingParts): Collecting {
  const { options, files, store, session, consent } = parts
  const clockMs = () => performance.now()
  const scope = openScope()
  const challenges = createChallengeSource(signal => requestChallenge(options, signal), clockMs, Date.now)
  const prescore = createPreScoreClient(
    files,
    id => `${options.baseUrl}/sdk/prescore/${encodeURIComponent(id)}.json`,
  )
  let held: Promise<HeldKey> | undefined
  const key = () => {
    held ??= parts.ready().then(() => openKey(consent === 'full' ? indexedDbKeyStore : undefined))
    return held
  }
  const warm = () => {
    void key().catch(() => {})
    void challenges.peek().then(challenge => {
      if (challenge?.modelId) prescore.warm(challenge.modelId)
    })
  }
  const count = createShopTracker(session.tally('essential'))
  const track: ShopTracker = (event, data) => {
    count(event, data)
    if (event === 'begin_checkout' || event === 'add_payment_info' || event === 'payment_failed') warm()
    session.save()
  }
  const allowed = COLLECTORS.filter(collector => consent === 'full' || collector.consent === 'essential')
  const collectors = runCollectors(
    allowed,
    (collector, guard) => ({
      scope: openScope(guard),
      session,
      tally: session.tally(collector.consent),
      store,
      track,
      now: Date.now,
    }),
    clockMs,
  )
  // After the collectors', so that what they settle on leaving is saved.
  scope.on(window, 'pagehide', () => session.save())
  scope.on(document, 'visibilitychange', () => session.save())
  // A form or a checkout in the page says that a token will be wanted; a page of products asks for nothing.
  scope.on(document, 'focusin', event => {
    if (event.target instanceof Element && event.target.matches('input,select,textarea')) warm()
  })
  if (document.querySelector(selectorOf('checkout'))) warm()
  session.save()
  return {
    consent,
    challenges,
    prescore,
    visitor: consent === 'full' ? readVisitorOnce(files, session) : Promise.resolve(null),
    track,
    key,
    read: () => allowedSignals(collectors.read(), consent),
    renew() {
      challenges.drop()
      challenges.prefetch()
      session.save()
    },
    stop() {
      collectors.stop()
      scope.close()
      prescore.close()
    },
  }
}

async function requestChallenge(options: ResolvedOptions, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(`${options.baseUrl}/v1/challenge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ siteKey: options.siteKey }),
    credentials: 'omit',
    signal,
  })
  return response.ok ? response.json() : null
}
