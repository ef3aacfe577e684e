import { DEVICE_CLASSES, type DeviceClass, type SignalName } from './signals.ts'

type AllSignals = { readonly [K in SignalName]: number | null }

/**
 * The commissioned session variables, derived from signals alone; `null` where the session cannot tell.
 *
 * @property sessionDurationS seconds from the first page of the session to the token
 * @property clickThroughRate product clicks / product impressions, smoothed with a Beta(1, 7) prior, 0..1
 * @property addToCartPerMin adds to the cart per minute of session
 */
export interface SessionVariables {
  readonly sessionDurationS: number | null
  readonly clickThroughRate: number | null
  readonly addToCartPerMin: number | null
  readonly deviceType: DeviceClass
}

/** Derives the commissioned session variables. Only exact IEEE operations, so every engine gives the same bits. */
export function sessionVariables(signals: AllSignals): SessionVariables {
  const durationMs = signals.session_duration_ms
  const clicks = signals.product_clicks
  const impressions = signals.product_impressions
  const adds = signals.cart_adds
  return {
    sessionDurationS: durationMs === null ? null : durationMs / 1000,
    clickThroughRate:
      clicks === null || impressions === null ? null : (clicks + 1) / (Math.max(impressions, clicks) + 8),
    addToCartPerMin: adds === null || durationMs === null ? null : adds / (durationMs / 60_000 + 0.25),
    deviceType: DEVICE_CLASSES[signals.device_class ?? 0] ?? 'unknown',
  }
}

/** Soft cap without a logarithm: `x / (x + half)` is exact arithmetic in every engine, `Math.log` is not. */
const soft = (value: number | null, half: number): number =>
  value === null ? Number.NaN : value / (value + half)
const flag = (value: number | null): number => (value === null ? Number.NaN : value)

/**
 * What the pre-score network reads, in order; `NaN` where the page could not tell.
 * The names identify inputs in a model file, so a model fits only a build that knows all of its names.
 */
export const NETWORK_INPUTS = [
  'session_duration',
  'visible_share',
  'page_views',
  'hidden_count',
  'product_impressions',
  'product_clicks',
  'click_through_rate',
  'cart_adds',
  'cart_removes',
  'adds_per_minute',
  'first_add',
  'add_to_pay',
  'checkout',
  'payment_attempts',
  'payment_failures',
  'untrusted_events',
  'is_desktop',
  'is_mobile',
  'is_tablet',
  'is_bot',
  'storage_available',
  'language_count',
  'screen_area',
  'touch_points',
  'cpu_cores',
  'platform_mismatch',
  'webdriver',
  'automation_signs',
  'pointer_moves',
  'pointer_step',
  'clicks_without_move',
  'scroll_count',
  'touch_count',
  'key_count',
  'key_interval_mean',
  'key_interval_spread',
  'key_corrections',
  'fields_typed',
  'fields_pasted',
  'fields_autofilled',
  'card_pasted',
] as const
export type NetworkInput = (typeof NETWORK_INPUTS)[number]

/** Turns signals into network inputs, each finite or `NaN` for missing, in the order of {@link NETWORK_INPUTS}. */
export function networkInputs(s: AllSignals): Float64Array {
  const session = sessionVariables(s)
  const device = s.device_class
  const isDevice = (index: number) => (device === null ? Number.NaN : Number(device === index))
  const ratio = (part: number | null, whole: number | null) =>
    part === null || whole === null ? Number.NaN : part / Math.max(whole, 1)
  const area =
    s.screen_width_px === null || s.screen_height_px === null ? null : s.screen_width_px * s.screen_height_px
  const values: { readonly [K in NetworkInput]: number } = {
    session_duration: soft(s.session_duration_ms, 120_000),
    visible_share: ratio(s.visible_duration_ms, s.session_duration_ms),
    page_views: soft(s.page_views, 6),
    hidden_count: soft(s.hidden_count, 3),
    product_impressions: soft(s.product_impressions, 20),
    product_clicks: soft(s.product_clicks, 4),
    click_through_rate: flag(session.clickThroughRate),
    cart_adds: soft(s.cart_adds, 2),
    cart_removes: soft(s.cart_removes, 2),
    adds_per_minute: soft(session.addToCartPerMin, 1),
    first_add: soft(s.first_add_ms, 60_000),
    add_to_pay: soft(s.add_to_pay_ms, 60_000),
    checkout: soft(s.checkout_ms, 60_000),
    payment_attempts: soft(s.payment_attempts, 2),
    payment_failures: soft(s.payment_failures, 1),
    untrusted_events: soft(s.untrusted_events, 1),
    is_desktop: isDevice(1),
    is_mobile: isDevice(2),
    is_tablet: isDevice(3),
    is_bot: isDevice(4),
    storage_available: flag(s.storage_available),
    language_count: soft(s.language_count, 2),
    screen_area: soft(area, 1_000_000),
    touch_points: soft(s.touch_points, 5),
    cpu_cores: soft(s.cpu_cores, 8),
    platform_mismatch: flag(s.platform_mismatch),
    webdriver: flag(s.webdriver),
    automation_signs: soft(s.automation_signs, 1),
    pointer_moves: soft(s.pointer_moves, 100),
    pointer_step: soft(
      s.pointer_distance_px === null || s.pointer_moves === null
        ? null
        : s.pointer_distance_px / Math.max(s.pointer_moves, 1),
      50,
    ),
    clicks_without_move: ratio(s.clicks_without_move, s.click_count),
    scroll_count: soft(s.scroll_count, 20),
    touch_count: soft(s.touch_count, 20),
    key_count: soft(s.key_count, 40),
    key_interval_mean: soft(s.key_interval_mean_ms, 200),
    key_interval_spread: soft(s.key_interval_sd_ms, 100),
    key_corrections: soft(s.key_corrections, 3),
    fields_typed: soft(s.fields_typed, 3),
    fields_pasted: soft(s.fields_pasted, 2),
    fields_autofilled: soft(s.fields_autofilled, 3),
    card_pasted: flag(s.card_pasted),
  }
  const inputs = new Float64Array(NETWORK_INPUTS.length)
  for (const [place, name] of NETWORK_INPUTS.entries()) inputs[place] = values[name]
  return inputs
}
