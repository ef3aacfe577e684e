import type { SignalName } from './signals.ts'

/** The words of the data dictionary for one signal. */
export interface SignalDescription {
  readonly unit: string
  readonly purpose: string
}

/**
 * Retention of every signal: it lives in the page's session storage until the tab closes (30 minutes of idle time at
 * most), leaves the page only inside a token, and is kept with the decision for as long as the merchant keeps it.
 */
export const SIGNAL_RETENTION = 'page: the session, 30 min idle at most; service: with the decision'

export const SIGNAL_DICTIONARY: { readonly [K in SignalName]: SignalDescription } = {
  session_duration_ms: {
    unit: 'ms',
    purpose: 'Time from the first page of the session to the token; scripted purchases are short',
  },
  visible_duration_ms: { unit: 'ms', purpose: 'Part of the session during which a page was visible' },
  page_views: { unit: 'count', purpose: 'Pages seen in the session, single-page navigation included' },
  hidden_count: {
    unit: 'count',
    purpose: 'Times the page was left for another tab, for example to copy card data',
  },
  product_impressions: {
    unit: 'count',
    purpose: 'Products that were in view; the denominator of click_through_rate',
  },
  product_clicks: {
    unit: 'count',
    purpose: 'Products that were opened; the numerator of click_through_rate',
  },
  cart_adds: { unit: 'count', purpose: 'Items put into the cart; the numerator of add_to_cart_freq' },
  cart_removes: {
    unit: 'count',
    purpose: 'Items taken out of the cart; shoppers change their minds, scripts do not',
  },
  first_add_ms: { unit: 'ms', purpose: 'Session start to the first item in the cart' },
  add_to_pay_ms: { unit: 'ms', purpose: 'First item in the cart to the token' },
  checkout_ms: { unit: 'ms', purpose: 'Start of checkout to the token' },
  payment_attempts: { unit: 'count', purpose: 'Payment attempts of the session, as the shop reports them' },
  payment_failures: { unit: 'count', purpose: 'Declined attempts of the session; card testing shows here' },
  untrusted_events: { unit: 'count', purpose: 'Input events made by script rather than by a person' },
  device_class: {
    unit: '0 unknown, 1 desktop, 2 mobile, 3 tablet, 4 bot',
    purpose: 'Kind of device; device_type',
  },
  storage_available: { unit: '0/1', purpose: 'Whether the browser stores anything; explains a new key' },
  time_zone_offset_min: { unit: 'min east of UTC', purpose: "Compared with the order's country" },
  language_count: { unit: 'count', purpose: 'Configured languages; driven browsers often have none or one' },
  screen_width_px: { unit: 'CSS px', purpose: 'Consistency with the kind of device' },
  screen_height_px: { unit: 'CSS px', purpose: 'Consistency with the kind of device' },
  pixel_ratio_pct: { unit: '%', purpose: 'Consistency with the kind of device' },
  touch_points: { unit: 'count', purpose: 'Consistency with the kind of device' },
  cpu_cores: { unit: 'count', purpose: 'Data-centre machines differ from telephones' },
  platform_mismatch: { unit: '0/1', purpose: 'User agent, platform and touch contradict each other' },
  webdriver: { unit: '0/1', purpose: 'The browser says that it is driven by a program' },
  automation_signs: { unit: 'count', purpose: 'Further traces of driven or headless browsers' },
  pointer_moves: { unit: 'count', purpose: 'Pointer movement as a count, never a path' },
  pointer_distance_px: { unit: 'CSS px', purpose: 'Length of pointer movement, never a path' },
  click_count: { unit: 'count', purpose: 'Clicks and taps' },
  clicks_without_move: { unit: 'count', purpose: 'Clicks that no pointer movement led to' },
  scroll_count: { unit: 'count', purpose: 'Scroll gestures' },
  touch_count: { unit: 'count', purpose: 'Touches' },
  key_count: { unit: 'count', purpose: 'Key presses as a count, never which key' },
  key_interval_mean_ms: { unit: 'ms', purpose: 'Mean time between key presses; scripts type evenly' },
  key_interval_sd_ms: { unit: 'ms', purpose: 'Spread of that time' },
  key_corrections: { unit: 'count', purpose: 'Corrections while typing' },
  fields_typed: { unit: 'count', purpose: 'Fields filled by typing' },
  fields_pasted: { unit: 'count', purpose: 'Fields filled by pasting' },
  fields_autofilled: { unit: 'count', purpose: "Fields filled by the browser's own autofill" },
  card_pasted: { unit: '0/1', purpose: 'Whether a card field was pasted' },
}
