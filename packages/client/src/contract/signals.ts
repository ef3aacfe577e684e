/**
 * The signal schema: what a page may report about a session, in the order of the token's vector.
 *
 * One row a signal: name, smallest and largest value, step, consent mode from which it is collected.
 * This list is the single source of the vector order, its limits and its types; the words for people stand in
 * `dictionary.ts`, so that they never travel to a shopper's browser. Any change of a row needs a new
 * {@link SIGNAL_SCHEMA_ID}: a test holds the two together.
 */
export const SIGNALS = [
  ['session_duration_ms', 0, 86_400_000, 100, 'essential'],
  ['visible_duration_ms', 0, 86_400_000, 100, 'essential'],
  ['page_views', 0, 10_000, 1, 'essential'],
  ['hidden_count', 0, 10_000, 1, 'essential'],
  ['product_impressions', 0, 100_000, 1, 'essential'],
  ['product_clicks', 0, 100_000, 1, 'essential'],
  ['cart_adds', 0, 10_000, 1, 'essential'],
  ['cart_removes', 0, 10_000, 1, 'essential'],
  ['first_add_ms', 0, 86_400_000, 100, 'essential'],
  ['add_to_pay_ms', 0, 86_400_000, 100, 'essential'],
  ['checkout_ms', 0, 86_400_000, 100, 'essential'],
  ['payment_attempts', 0, 1_000, 1, 'essential'],
  ['payment_failures', 0, 1_000, 1, 'essential'],
  ['untrusted_events', 0, 10_000, 1, 'essential'],
  ['device_class', 0, 4, 1, 'essential'],
  ['storage_available', 0, 1, 1, 'essential'],
  ['time_zone_offset_min', -840, 840, 15, 'full'],
  ['language_count', 0, 50, 1, 'full'],
  ['screen_width_px', 0, 20_000, 1, 'full'],
  ['screen_height_px', 0, 20_000, 1, 'full'],
  ['pixel_ratio_pct', 0, 1_000, 5, 'full'],
  ['touch_points', 0, 50, 1, 'full'],
  ['cpu_cores', 0, 256, 1, 'full'],
  ['platform_mismatch', 0, 1, 1, 'full'],
  ['webdriver', 0, 1, 1, 'full'],
  ['automation_signs', 0, 20, 1, 'full'],
  ['pointer_moves', 0, 100_000, 1, 'full'],
  ['pointer_distance_px', 0, 1_000_000, 10, 'full'],
  ['click_count', 0, 10_000, 1, 'full'],
  ['clicks_without_move', 0, 10_000, 1, 'full'],
  ['scroll_count', 0, 100_000, 1, 'full'],
  ['touch_count', 0, 100_000, 1, 'full'],
  ['key_count', 0, 100_000, 1, 'full'],
  ['key_interval_mean_ms', 0, 10_000, 1, 'full'],
  ['key_interval_sd_ms', 0, 10_000, 1, 'full'],
  ['key_corrections', 0, 10_000, 1, 'full'],
  ['fields_typed', 0, 1_000, 1, 'full'],
  ['fields_pasted', 0, 1_000, 1, 'full'],
  ['fields_autofilled', 0, 1_000, 1, 'full'],
  ['card_pasted', 0, 1, 1, 'full'],
] as const satisfies readonly SignalRow[]

/** Identifies the list above inside a token; the service refuses to read a vector of a schema it does not know. */
export const SIGNAL_SCHEMA_ID = 'sig-1'

/** Name, minimum, maximum, step, consent mode from which it is collected. */
export type SignalRow = readonly [
  name: string,
  min: number,
  max: number,
  step: number,
  consent: SignalConsent,
]
export type SignalConsent = 'essential' | 'full'
export type SignalName = (typeof SIGNALS)[number][0]

/** What a page collected; a missing entry or `null` means that it was not collected, never zero. */
export type Signals = { readonly [K in SignalName]?: number | null }

/** Values in the order of {@link SIGNALS}, as they travel in the token. */
export type SignalVector = readonly (number | null)[]

/** `device_class` as a number in the vector and as the commissioned `device_type` in words. */
export const DEVICE_CLASSES = ['unknown', 'desktop', 'mobile', 'tablet', 'bot'] as const
export type DeviceClass = (typeof DEVICE_CLASSES)[number]

/**
 * Puts collected signals into vector order: clamped to their limits and rounded to their step; anything that is
 * not a finite number becomes `null`.
 */
export function encodeSignals(signals: Signals): SignalVector {
  return SIGNALS.map(([name, min, max, step]) => {
    const value = signals[name]
    if (typeof value !== 'number' || !Number.isFinite(value)) return null
    // `+ 0` turns -0 into 0: JSON does not carry -0, and the service must see the very vector that was scored.
    return Math.min(max, Math.max(min, Math.round(value / step) * step)) + 0
  })
}

/** The signals of a vector by name, each present, `null` where it was not collected. */
export function decodeSignals(vector: SignalVector): { readonly [K in SignalName]: number | null } {
  const signals: Partial<Record<SignalName, number | null>> = {}
  SIGNALS.forEach(([name], index) => {
    signals[name] = vector[index] ?? null
  })
  return signals as Record<SignalName, number | null>
}

/**
 * Why a vector is not one that {@link encodeSignals} could have made (wrong length, out of range, off the step),
 * or `undefined` when it could.
 */
export function signalVectorFault(vector: readonly unknown[]): string | undefined {
  if (vector.length !== SIGNALS.length)
    return `has ${vector.length} values, schema ${SIGNAL_SCHEMA_ID} has ${SIGNALS.length}`
  for (const [index, [name, min, max, step]] of SIGNALS.entries()) {
    const value = vector[index]
    if (value === null) continue
    if (typeof value !== 'number' || !Number.isFinite(value)) return `${name} is not a finite number`
    if (value < min || value > max) return `${name} is outside ${min}..${max}`
    if (value % step !== 0) return `${name} is not a multiple of ${step}`
  }
  return undefined
}
