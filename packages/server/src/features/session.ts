import type { SignalName } from '@atalaya/client/contract'
import { hasOwnSession } from './context.ts'
import { addedOn, flag, number } from './declare.ts'
import type { Feature, FeatureContext } from './types.ts'

/**
 * The longest that a token can be under way: its validity (`exp - iat`) is at most 300 s, and a later one is
 * `expired`. So a page that fetched its nonce `nonceAgeMs` ago had been open for at least that less 300 s when it
 * signed.
 */
const MAX_TOKEN_AGE_MS = 300_000

/** What the service's own clock proves of a session's length; the nonce is fetched within the session. */
function provenDurationS({ event }: FeatureContext): number | null {
  const { nonceAgeMs } = event.session
  return nonceAgeMs === null ? null : Math.max(0, nonceAgeMs - MAX_TOKEN_AGE_MS) / 1000
}

/** A signal as it stands, with its unit and scale. */
function fromSignal(name: string, signal: SignalName, unit: string, description: string, scale = 1): Feature {
  return number(unit, {
    name,
    description,
    entity: 'session',
    source: 'token',
    compute: ({ signals }) => {
      const value = signals?.[signal] ?? null
      return value === null ? null : value * scale
    },
  })
}

/** One signal as a share of another; missing when the whole is nought. */
function share(name: string, part: SignalName, whole: SignalName, description: string): Feature {
  return number('share', {
    name,
    description,
    entity: 'session',
    source: 'token',
    compute: ({ signals }) => {
      const total = signals?.[whole] ?? 0
      const value = signals?.[part] ?? null
      return value === null || total === 0 ? null : value / total
    },
  })
}

const MS_TO_S = 0.001

export const SESSION_FEATURES: readonly Feature[] = [
  number('s', {
    name: 'session_duration',
    description:
      'Time from the first page of the session to the token, as the SDK says, but no less than the age of the nonce ' +
      'less the 300 s that a token may be under way. The nonce proves a least duration only: no clock of the service ' +
      'saw when the session began',
    entity: 'session',
    source: 'token',
    compute: context => {
      const said = context.session?.sessionDurationS ?? null
      return said === null ? null : Math.max(said, provenDurationS(context) ?? 0)
    },
  }),
  flag({
    name: 'session_duration_consistent',
    description: "The SDK's session duration is not shorter than what the age of the nonce proves",
    entity: 'session',
    source: 'token',
    compute: context => {
      const said = context.session?.sessionDurationS ?? null
      const proven = provenDurationS(context)
      return said === null || proven === null ? null : said >= proven
    },
  }),
  share(
    'session_visible_share',
    'visible_duration_ms',
    'session_duration_ms',
    'Share of the session with a page in view',
  ),
  fromSignal('session_page_views', 'page_views', 'count', 'Pages seen in the session'),
  fromSignal('session_hidden_count', 'hidden_count', 'count', 'Times the page was left for another tab'),
  number('share', {
    name: 'click_through_rate',
    description: 'Product clicks / product impressions, smoothed with a Beta(1, 7) prior',
    entity: 'session',
    source: 'token',
    compute: ({ session }) => session?.clickThroughRate ?? null,
  }),
  fromSignal('session_impressions', 'product_impressions', 'count', 'Products that came into view'),
  number('1/min', {
    name: 'add_to_cart_freq',
    description: 'Items put into the cart per minute of session (a quarter of a minute added)',
    entity: 'session',
    source: 'token',
    compute: ({ session }) => session?.addToCartPerMin ?? null,
  }),
  fromSignal('cart_removes', 'cart_removes', 'count', 'Items taken out of the cart'),
  fromSignal(
    'time_to_first_add',
    'first_add_ms',
    's',
    'Session start to the first item in the cart',
    MS_TO_S,
  ),
  fromSignal('add_to_pay_time', 'add_to_pay_ms', 's', 'First item in the cart to the token', MS_TO_S),
  fromSignal('checkout_time', 'checkout_ms', 's', 'Start of checkout to the token', MS_TO_S),
  fromSignal('session_payment_attempts', 'payment_attempts', 'count', 'Payment attempts in the session'),
  fromSignal('session_payment_failures', 'payment_failures', 'count', 'Declined attempts in the session'),
  fromSignal(
    'session_untrusted_events',
    'untrusted_events',
    'count',
    'Input events made by script, not by a person',
  ),
  number('count', {
    name: 'session_inputs',
    description: 'Clicks, touches and key presses; nobody orders without any',
    entity: 'session',
    source: 'token',
    compute: ({ signals }) =>
      signals === null ||
      signals.click_count === null ||
      signals.touch_count === null ||
      signals.key_count === null
        ? null
        : signals.click_count + signals.touch_count + signals.key_count,
  }),
  fromSignal('pointer_moves', 'pointer_moves', 'count', 'Pointer movements'),
  share(
    'clicks_without_move_share',
    'clicks_without_move',
    'click_count',
    'Share of clicks that no movement led to',
  ),
  fromSignal('scroll_count', 'scroll_count', 'count', 'Scroll gestures'),
  fromSignal('key_interval_mean', 'key_interval_mean_ms', 'ms', 'Mean time between key presses'),
  share(
    'key_interval_variation',
    'key_interval_sd_ms',
    'key_interval_mean_ms',
    'Spread of that time / its mean',
  ),
  fromSignal('fields_pasted', 'fields_pasted', 'count', 'Fields filled by pasting'),
  fromSignal(
    'fields_autofilled',
    'fields_autofilled',
    'count',
    "Fields filled by the browser's own autofill",
  ),
  flag({
    name: 'card_pasted',
    description: 'A card field was filled by pasting',
    entity: 'session',
    source: 'token',
    compute: ({ signals }) =>
      signals === null || signals.card_pasted === null ? null : signals.card_pasted === 1,
  }),
  number('0..1', {
    name: 'trans_risk_score',
    description:
      "The service's own recomputation of the browser's pre-score from the signed signals; never the browser's figure",
    entity: 'session',
    source: 'token',
    compute: ({ event }) => (hasOwnSession(event) ? event.session.serverPrescore : null),
  }),
  ...addedOn('2026-11-24', [
    fromSignal('session_product_clicks', 'product_clicks', 'count', 'Products that were clicked'),
    fromSignal('cart_adds', 'cart_adds', 'count', 'Items put into the cart'),
    fromSignal('fields_typed', 'fields_typed', 'count', 'Fields filled by typing'),
    share(
      'key_correction_share',
      'key_corrections',
      'key_count',
      'Share of key presses that take something back; scripts and people who paste make none',
    ),
    number('CSS px', {
      name: 'pointer_step',
      description:
        'Mean length of a pointer movement; a script that jumps to its goal makes few and long ones',
      entity: 'session',
      source: 'token',
      compute: ({ signals }) => {
        const moves = signals?.pointer_moves ?? 0
        const distance = signals?.pointer_distance_px ?? null
        return distance === null || moves === 0 ? null : distance / moves
      },
    }),
  ]),
]
