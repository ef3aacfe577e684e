import { encodeSignals, SIGNALS, type Signals } from '@atalaya/client/contract'
import type { SessionFacts } from '../../events/session.ts'
import { emptySession } from '../../events/session.ts'
import { type Device, visitKey } from './devices.ts'
import { moreInput, playInput } from './input.ts'
import { PATTERNS } from './manners.ts'
import type { Random } from './random.ts'
import type { Visit } from './visit.ts'

/** A visit's facts as the service would hold them, with the device's identity where the consent gives it. */
export interface SessionRecord {
  readonly facts: SessionFacts
  readonly deviceThumbprint: string | null
  readonly visitorId: string | null
  readonly sessionId: string | null
}

/**
 * Plays a visit on a device and gives what its token says. Pre-scores are left to the training that makes them.
 *
 * @param itemLines lines of the order, each of which was put into the cart
 */
export function playSession(
  rng: Random,
  device: Device,
  visit: Visit,
  itemLines: number,
  atMs: number,
): SessionRecord {
  const key = visitKey(rng, device, atMs)
  const signals = signalsOf(rng, device, visit, itemLines, atMs)
  if (visit.consent === 'none') {
    return { facts: emptySession('absent'), deviceThumbprint: null, visitorId: null, sessionId: null }
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
      nonceAgeMs: Math.round(Math.min(280, seconds, (signals.checkout_ms ?? 0) / 1000) * 1000),
      clockSkewMs: Math.round(rng.normal() * (rng.chance(0.04) ? 90_000 : 700)),
      orderBound: true,
      visitorConfidence: full ? device.visitorConfidence : null,
      sdkVersion: '0.1.0',
    },
    deviceThumbprint: key.thumbprint,
    visitorId: full ? device.visitorId : null,
    sessionId: sessionIdOf(device, visit, atMs),
  }
}

/** Attempts of one sitting are one session. Made of what is there, so that no random stream is moved. */
function sessionIdOf({ visitorId }: Device, { attempt, sitting }: Visit, atMs: number): string {
  if (attempt > 1 && sitting?.id) return sitting.id
  const id = `s-${visitorId.slice(0, 8)}-${Math.round(atMs).toString(36)}`
  if (sitting) sitting.id = id
  return id
}

function signalsOf(rng: Random, device: Device, visit: Visit, itemLines: number, atMs: number): Signals {
  const { sitting } = visit
  const signals =
    visit.attempt > 1 && sitting?.signals
      ? goOn(rng, device, visit, sitting.signals, atMs - sitting.atMs)
      : collect(rng, device, visit, itemLines)
  if (sitting) {
    sitting.signals = signals
    sitting.atMs = atMs
  }
  return signals
}

/** The same visit, some minutes and a declined payment later. */
function goOn(rng: Random, device: Device, visit: Visit, before: Signals, gapMs: number): Signals {
  const later = (name: 'session_duration_ms' | 'add_to_pay_ms' | 'checkout_ms') => (before[name] ?? 0) + gapMs
  const away = rng.poisson(visit.pastesCard ? 1 : 0.3)
  return {
    ...before,
    session_duration_ms: later('session_duration_ms'),
    visible_duration_ms: (before.visible_duration_ms ?? 0) + gapMs * (away === 0 ? 1 : rng.between(0.4, 0.9)),
    page_views: (before.page_views ?? 1) + rng.poisson(0.7),
    hidden_count: (before.hidden_count ?? 0) + away,
    add_to_pay_ms: later('add_to_pay_ms'),
    checkout_ms: later('checkout_ms'),
    payment_attempts: visit.attempt,
    payment_failures: visit.attempt - 1,
    ...moreInput(rng, device, visit, before),
  }
}

function collect(rng: Random, device: Device, visit: Visit, itemLines: number): Signals {
  const pattern = PATTERNS[visit.manner]
  const scripted = visit.manner === 'scripted'
  const durationMs = rng.logNormal(pattern.seconds * visit.pace, pattern.spread) * 1000
  const pages = 1 + rng.poisson(pattern.pages * Math.min(2, visit.pace))
  const impressions = rng.poisson(pages * pattern.impressionsPerPage)
  const firstAddMs = durationMs * rng.between(0.12, 0.6)
  const addToPayMs = durationMs - firstAddMs
  const hidden = rng.poisson(pattern.left + (visit.pastesCard ? 0.9 : 0))
  const removes = scripted ? 0 : rng.poisson(0.2)
  return {
    session_duration_ms: durationMs,
    visible_duration_ms: durationMs * (hidden === 0 ? 1 : rng.between(0.55, 0.97)),
    page_views: pages,
    hidden_count: hidden,
    product_impressions: impressions,
    product_clicks: Math.min(impressions, rng.poisson(pattern.clicks)),
    // What is bought was put in, what was put in and not bought was taken out; a piece more is an add more at times.
    cart_adds: itemLines + removes + (scripted ? 0 : rng.poisson(0.25)),
    cart_removes: removes,
    first_add_ms: firstAddMs,
    add_to_pay_ms: addToPayMs,
    checkout_ms: Math.min(addToPayMs, rng.logNormal(pattern.checkoutSeconds * visit.pace, 0.5) * 1000),
    payment_attempts: visit.attempt,
    payment_failures: visit.attempt - 1,
    device_class: { desktop: 1, mobile: 2, tablet: 3, bot: 4 }[device.form],
    storage_available: device.privateMode ? 0 : 1,
    ...environment(rng, device, scripted),
    ...playInput(rng, device, visit, pattern, pages),
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

const ESSENTIAL = SIGNALS.filter(([, , , , consent]) => consent === 'essential').map(([name]) => name)

function essentialOnly(signals: Signals): Signals {
  return Object.fromEntries(ESSENTIAL.map(name => [name, signals[name] ?? null]))
}
