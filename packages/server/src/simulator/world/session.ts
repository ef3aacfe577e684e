import { encodeSignals, SIGNALS, type Signals } from '@atalaya/client/contract'
import type { SessionFacts } from '../../events/session.ts'
import { emptySession } from '../../events/session.ts'
import { type Device, visitKey } from './devices.ts'
import type { Random } from './random.ts'

/** What a shopper lets the SDK collect; with `none` there is no token. */
export type Consent = 'full' | 'essential' | 'none'

/** How somebody moves through the shop. */
export const MANNERS = ['browsing', 'returning', 'hurried', 'scripted'] as const
export type Manner = (typeof MANNERS)[number]

/**
 * A visit that ends with a payment.
 *
 * @property pace personal speed; 1 is the median person, smaller is faster
 * @property pastesCard card number from the clipboard: virtual cards, password managers, lists of stolen cards
 * @property attempt which payment attempt of the visit this is
 */
export interface Visit {
  readonly manner: Manner
  readonly pace: number
  readonly consent: Consent
  readonly pastesCard: boolean
  readonly attempt: number
}

interface Pattern {
  /** Median length of the visit in seconds and its spread (sigma of the logarithm). */
  readonly seconds: number
  readonly spread: number
  readonly checkoutSeconds: number
  readonly pages: number
  readonly impressionsPerPage: number
  readonly clicks: number
  readonly left: number
  readonly typedFields: number
  readonly autofill: number
}

/** Medians in the range that shop analytics show (minutes for people, seconds for scripts). */
const PATTERNS: { readonly [K in Manner]: Pattern } = {
  browsing: {
    seconds: 460,
    spread: 0.75,
    checkoutSeconds: 105,
    pages: 8,
    impressionsPerPage: 5,
    clicks: 3,
    left: 0.9,
    typedFields: 6,
    autofill: 0.35,
  },
  returning: {
    seconds: 210,
    spread: 0.8,
    checkoutSeconds: 42,
    pages: 5,
    impressionsPerPage: 4,
    clicks: 1.6,
    left: 0.5,
    typedFields: 1.2,
    autofill: 0.7,
  },
  hurried: {
    seconds: 80,
    spread: 0.4,
    checkoutSeconds: 46,
    pages: 2.5,
    impressionsPerPage: 1.6,
    clicks: 0.8,
    left: 2.8,
    typedFields: 3.5,
    autofill: 0.04,
  },
  scripted: {
    seconds: 7,
    spread: 0.6,
    checkoutSeconds: 3,
    pages: 1,
    impressionsPerPage: 1,
    clicks: 0.1,
    left: 0,
    typedFields: 0,
    autofill: 0,
  },
}

/** A visit's facts as the service would hold them, with the device's identity where the consent gives it. */
export interface SessionRecord {
  readonly facts: SessionFacts
  readonly deviceThumbprint: string | null
  readonly visitorId: string | null
}

/** Plays a visit on a device and gives what its token says. Pre-scores are left to the training that makes them. */
export function playSession(rng: Random, device: Device, visit: Visit, atMs: number): SessionRecord {
  const key = visitKey(rng, device, atMs)
  const signals = collect(rng, device, visit)
  if (visit.consent === 'none') {
    return { facts: emptySession('absent'), deviceThumbprint: null, visitorId: null }
  }
  const full = visit.consent === 'full'
  const seconds = (signals.session_duration_ms ?? 0) / 1000
  return {
    facts: {
      status: 'ok',
      signals: [...encodeSignals(full ? signals : essentialOnly(signals))],
      keyState: key.state,
      consent: visit.consent,
      gpc: rng.chance(full ? 0.02 : 0.12),
      clientPrescore: null,
      serverPrescore: null,
      prescoreModel: null,
      // The SDK asks for a nonce early in the checkout and uses it at the end of it.
      nonceAgeMs: Math.round(Math.min(280, seconds, 0.5 + (signals.checkout_ms ?? 0) / 1000) * 1000),
      clockSkewMs: Math.round(rng.normal() * (rng.chance(0.04) ? 90_000 : 700)),
      orderBound: true,
      visitorConfidence: full ? device.visitorConfidence : null,
      sdkVersion: '0.1.0',
    },
    deviceThumbprint: key.thumbprint,
    visitorId: full ? device.visitorId : null,
  }
}

function collect(rng: Random, device: Device, visit: Visit): Signals {
  const pattern = PATTERNS[visit.manner]
  const scripted = visit.manner === 'scripted'
  const durationMs = rng.logNormal(pattern.seconds * visit.pace, pattern.spread) * 1000
  const pages = 1 + rng.poisson(pattern.pages * Math.min(2, visit.pace))
  const impressions = rng.poisson(pages * pattern.impressionsPerPage)
  const firstAddMs = durationMs * rng.between(0.12, 0.6)
  const addToPayMs = durationMs - firstAddMs
  const hidden = rng.poisson(pattern.left + (visit.pastesCard ? 0.9 : 0))
  const adds = 1 + (scripted ? 0 : rng.poisson(0.7))
  return {
    session_duration_ms: durationMs,
    visible_duration_ms: durationMs * (hidden === 0 ? 1 : rng.between(0.55, 0.97)),
    page_views: pages,
    hidden_count: hidden,
    product_impressions: impressions,
    product_clicks: Math.min(impressions, rng.poisson(pattern.clicks)),
    cart_adds: adds,
    cart_removes: scripted ? 0 : Math.min(adds - 1, rng.poisson(0.25)),
    first_add_ms: firstAddMs,
    add_to_pay_ms: addToPayMs,
    checkout_ms: Math.min(addToPayMs, rng.logNormal(pattern.checkoutSeconds * visit.pace, 0.5) * 1000),
    payment_attempts: visit.attempt,
    payment_failures: visit.attempt - 1,
    device_class: { desktop: 1, mobile: 2, tablet: 3, bot: 4 }[device.form],
    storage_available: device.privateMode ? 0 : 1,
    ...environment(rng, device, scripted),
    ...input(rng, device, visit, pattern, pages),
  }
}

function environment(rng: Random, device: Device, scripted: boolean): Signals {
  return {
    time_zone_offset_min: device.timeZoneOffsetMin,
    language_count: device.languages,
    screen_width_px: device.screen.width,
    screen_height_px: device.screen.height,
    pixel_ratio_pct: device.screen.ratioPct,
    touch_points: device.touchPoints,
    cpu_cores: device.cores,
    platform_mismatch: Number(rng.chance(scripted ? 0.35 : 0.006)),
    webdriver: Number(scripted && rng.chance(0.3)),
    automation_signs: scripted ? rng.poisson(1.1) : Number(rng.chance(0.01)),
  }
}

function input(rng: Random, device: Device, visit: Visit, pattern: Pattern, pages: number): Signals {
  if (visit.manner === 'scripted') return scriptedInput(rng, visit)
  const touch = device.touchPoints > 0
  const clicks = pages + rng.poisson(8)
  const autofilled = rng.chance(pattern.autofill) ? 2 + rng.poisson(3) : 0
  const typed = rng.poisson(pattern.typedFields * (autofilled > 0 ? 0.5 : 1))
  const pasted = rng.poisson(0.15) + (visit.pastesCard ? 1 + rng.poisson(0.8) : 0)
  const keys = typed * (4 + rng.poisson(7))
  const meanMs = rng.logNormal(touch ? 240 : 175, 0.3) * Math.sqrt(visit.pace)
  const moves = touch ? 0 : 30 + rng.poisson(20) * pages
  return {
    untrusted_events: Number(rng.chance(0.02)),
    pointer_moves: moves,
    pointer_distance_px: moves * rng.between(18, 60),
    click_count: clicks,
    clicks_without_move: touch ? clicks : Number(rng.chance(0.05)),
    scroll_count: rng.poisson(4 * Math.sqrt(pages)) + 1,
    touch_count: touch ? clicks + rng.poisson(12) : 0,
    key_count: keys,
    key_interval_mean_ms: keys > 1 ? meanMs : null,
    key_interval_sd_ms: keys > 2 ? meanMs * rng.between(0.4, 0.9) : null,
    key_corrections: rng.poisson(keys * 0.03),
    fields_typed: typed,
    fields_pasted: pasted,
    fields_autofilled: autofilled,
    card_pasted: Number(visit.pastesCard),
  }
}

/** Scripts set values and dispatch events; the better ones send evenly timed keys. */
function scriptedInput(rng: Random, visit: Visit): Signals {
  const types = rng.chance(0.4)
  const keys = types ? rng.integer(30, 60) : 0
  const clicks = rng.integer(1, 4)
  return {
    untrusted_events: rng.chance(0.5) ? rng.poisson(9) : 0,
    pointer_moves: rng.chance(0.75) ? 0 : rng.integer(1, 4),
    pointer_distance_px: 0,
    click_count: clicks,
    clicks_without_move: clicks,
    scroll_count: Number(rng.chance(0.2)),
    touch_count: 0,
    key_count: keys,
    key_interval_mean_ms: types ? rng.between(4, 40) : null,
    key_interval_sd_ms: types ? rng.between(0, 6) : null,
    key_corrections: 0,
    fields_typed: types ? 5 : 0,
    fields_pasted: Number(visit.pastesCard),
    fields_autofilled: 0,
    card_pasted: Number(visit.pastesCard),
  }
}

const ESSENTIAL = SIGNALS.filter(([, , , , consent]) => consent === 'essential').map(([name]) => name)

function essentialOnly(signals: Signals): Signals {
  return Object.fromEntries(ESSENTIAL.map(name => [name, signals[name] ?? null]))
}
