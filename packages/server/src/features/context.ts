import { decodeSignals, sessionVariables } from '@atalaya/client/contract'
import type { TokenStatus } from '../events/session.ts'
import { localTime } from './local-time.ts'
import type { FeatureContext, FeatureInput } from './types.ts'

/**
 * Token statuses whose session is somebody else's: a replayed token was made for another order, one of another
 * origin on another page. Their signals would lend this order the behaviour of a stranger, so they are missing.
 * An expired token, one without nonce or for another amount still tells of the session that carries it.
 */
const FOREIGN_SESSIONS: ReadonlySet<TokenStatus> = new Set(['replayed', 'origin_mismatch'])

/** Whether what the token says of the session may be read as this order's session. */
export function hasOwnSession(event: FeatureInput['event']): boolean {
  return !FOREIGN_SESSIONS.has(event.session.status)
}

/** Works out what several features need. */
export function featureContext(input: FeatureInput): FeatureContext {
  const { event, history, site } = input
  const vector = event.session.signals
  const signals = vector === null || !hasOwnSession(event) ? null : decodeSignals(vector)
  return {
    event,
    history,
    site,
    signals,
    session: signals === null ? null : sessionVariables(signals),
    local: localTime(site.timeZone, event.atMs),
  }
}
