import { TOKEN_STATUSES } from '../events/session.ts'
import { addedOn, category, flag, number } from './declare.ts'
import type { Feature } from './types.ts'

const DAY_MS = 86_400_000

/**
 * Consent, Global Privacy Control and the absence of a token are not features: whoever declines to be observed, or
 * whose browser blocks the SDK, is missing these figures and nothing else.
 */
export const TOKEN_FEATURES: readonly Feature[] = [
  category(
    TOKEN_STATUSES.filter(status => status !== 'absent'),
    {
      name: 'token_status',
      description:
        'What became of the behaviour token; missing when there is none, since a blocked SDK, declined consent and ' +
        'an order by telephone are no evidence',
      entity: 'session',
      source: 'token',
      compute: ({ event }) => (event.session.status === 'absent' ? null : event.session.status),
    },
  ),
  category(['new', 'kept', 'ephemeral'], {
    name: 'key_state',
    description: "Whether the device's key is new, kept from an earlier visit, or lives only in memory",
    entity: 'session',
    source: 'token',
    compute: ({ event }) => event.session.keyState,
  }),
  number('s', {
    name: 'nonce_age',
    description: "From the issue of the token's nonce to its verification, by the service's clock",
    entity: 'session',
    source: 'token',
    compute: ({ event }) => (event.session.nonceAgeMs === null ? null : event.session.nonceAgeMs / 1000),
  }),
  number('s', {
    name: 'clock_skew',
    description: "The page's clock less the service's",
    entity: 'session',
    source: 'token',
    compute: ({ event }) => (event.session.clockSkewMs === null ? null : event.session.clockSkewMs / 1000),
  }),
  flag({
    name: 'token_order_bound',
    description: 'The token names an order',
    entity: 'session',
    source: 'token',
    compute: ({ event }) => event.session.orderBound,
  }),
  ...addedOn('2026-11-24', [
    flag({
      name: 'key_state_contradiction',
      description:
        "The SDK calls the device's key new or short-lived, and it has paid more than a day ago: the page was tampered with, or its storage put back",
      entity: 'session',
      source: 'history',
      compute: ({ event, history }) => {
        const { keyState } = event.session
        if (keyState === null || history.device === undefined) return null
        const { firstSeenMs } = history.device
        return keyState !== 'kept' && firstSeenMs !== null && event.atMs - firstSeenMs > DAY_MS
      },
    }),
  ]),
]
