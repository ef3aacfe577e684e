import { type Collecting, createCollecting } from './collecting.ts'
import { CONSENT_FAULT, effectiveConsent, isConsentMode } from './consent.ts'
import type { ConsentMode } from './contract/claims.ts'
import type { LazyFiles } from './files.ts'
import type { ResolvedOptions, TokenRequest } from './options.ts'
import { asksForPrivacy } from './page/browser.ts'
import { whenActivated, within } from './page/idle.ts'
import { randomId } from './page/random-id.ts'
import { quietly } from './page/scope.ts'
import { openSession } from './page/session.ts'
import { tabStorage } from './page/storage.ts'
import type { ShopEvent, ShopEventData } from './shop/track.ts'
import { eraseKeys } from './token/erase.ts'

/** `token()` settles within 1.5 s, whatever happens: this, and what a busy page adds to a timer. */
const TOKEN_WITHIN_MS = 1_400

/** What a shop's page works with. No method throws; a fault of the SDK costs its own signals, never the sale. */
export interface Agent {
  /** Reports a shop event. */
  track(event: ShopEvent, data?: ShopEventData): void
  /** A signed token, within 1.5 s; '' when none could be made. Never rejects. */
  token(request: TokenRequest): Promise<string>
  /** Changes the consent mode; what the new mode does not allow is erased. */
  consent(mode: ConsentMode): void
  /** Begins a new session with a new nonce, for example after a purchase. */
  reset(): void
  /** Erases the device key and everything stored about the session. */
  forget(): Promise<void>
  /** Stops collecting and removes every listener. */
  destroy(): void
}

/** Makes the agent of a page and begins to collect what the consent mode allows. */
export function createAgent(options: ResolvedOptions, files: LazyFiles): Agent {
  const store = tabStorage()
  const session = openSession(store, Date.now, randomId)
  const gpc = asksForPrivacy()
  let mode = effectiveConsent(options.consent, gpc)
  let collecting: Collecting | undefined
  let destroyed = false
  // Keys are opened and erased in the order of the calls, so that one never undoes the other by half.
  let erasing: Promise<void> = Promise.resolve()

  const begin = () => {
    if (mode === 'off' || destroyed || collecting) return
    collecting = createCollecting({
      options,
      files,
      store,
      session,
      consent: mode,
      gpc,
      ready: () => erasing,
    })
  }
  const end = () => {
    collecting?.stop()
    collecting = undefined
  }
  const erase = () => {
    erasing = erasing.then(eraseKeys)
    return erasing
  }
  const safely = <A extends unknown[]>(work: (...args: A) => void) => {
    return (...args: A): void => quietly(() => work(...args))
  }
  const compose = async (request: TokenRequest): Promise<string> => {
    begin()
    return collecting ? collecting.token(request) : ''
  }

  whenActivated(safely(begin))
  return {
    track: safely((event, data) => {
      if (collecting?.track(event, data) === false) console.warn('Atalaya: wrong event', event)
    }),
    token: request => within(compose(request), TOKEN_WITHIN_MS, ''),
    consent: safely(asked => {
      if (!isConsentMode(asked)) {
        console.warn(`Atalaya: ${CONSENT_FAULT}`)
        return
      }
      const next = effectiveConsent(asked, gpc)
      if (next === mode) return
      end()
      if (next !== 'full') void erase()
      if (next === 'essential') session.dropFull()
      if (next === 'off') session.erase()
      mode = next
      begin()
    }),
    reset: safely(() => {
      session.renew()
      collecting?.renew()
    }),
    async forget() {
      end()
      session.erase()
      await erase()
      begin()
    },
    destroy: safely(() => {
      end()
      destroyed = true
    }),
  }
}

/** An agent that does nothing: where there is no page (server rendering) or the options are wrong. */
export function inertAgent(): Agent {
  const nothing = () => {}
  return {
    track: nothing,
    token: async () => '',
    consent: nothing,
    reset: nothing,
    forget: async () => {},
    destroy: nothing,
  }
}
