import type { SignalConsent, SignalName, Signals } from '../contract/signals.ts'
import type { Scope } from '../page/scope.ts'
import type { Session, Tally } from '../page/session.ts'
import type { Store } from '../page/storage.ts'
import type { ShopTracker } from '../shop/track.ts'

/** What a collector may use. Its listeners end with the scope; its numbers live as long as the session. */
export interface CollectorContext {
  readonly scope: Scope
  readonly session: Session
  /** Numbers of the session, in the part that the collector's consent allows. */
  readonly tally: Tally
  readonly track: ShopTracker
  /** UTC epoch ms. */
  readonly now: () => number
}

/**
 * Starts collecting and returns what reads the signals at the time of a token.
 * A signal that it leaves out was not collected, which is not the same as zero.
 */
export type Collect = (context: CollectorContext) => () => Signals

export interface Collector {
  readonly consent: SignalConsent
  readonly collect: Collect
}

/** Signals that are tallied under their own names. */
export function tallied(tally: Tally, ...names: readonly SignalName[]): Signals {
  return Object.fromEntries(names.map(name => [name, tally.get(name)]))
}

/** Reads signals that need no watching, at the time of a token. */
export type Read = (store: Store) => Signals

export interface Reader {
  readonly consent: SignalConsent
  readonly read: Read
}
