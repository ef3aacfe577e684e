import { DAY_MS } from './calendar.ts'
import { ALPHANUMERIC, BASE64URL, type Random } from './random.ts'

/** A browser on a device, with the key that the SDK keeps in it. */
export interface Device {
  readonly form: 'desktop' | 'mobile' | 'tablet' | 'bot'
  readonly screen: { readonly width: number; readonly height: number; readonly ratioPct: number }
  readonly cores: number
  readonly touchPoints: number
  readonly languages: number
  /** Header that its browser sends; scripts send none. */
  readonly acceptLanguage: string | null
  readonly timeZoneOffsetMin: number
  readonly visitorId: string
  readonly visitorConfidence: number
  /** Safari erases script-written storage after seven days without a visit. */
  readonly forgetful: boolean
  /** Always in a private window: the key lives only as long as the tab. */
  readonly privateMode: boolean
  key: string | null
  lastSeenMs: number
}

interface Model {
  readonly form: Device['form']
  readonly width: number
  readonly height: number
  readonly ratioPct: number
  readonly cores: number
  readonly touchPoints: number
  readonly forgetful: boolean
  readonly share: number
}
const model = (
  form: Device['form'],
  width: number,
  height: number,
  ratioPct: number,
  cores: number,
  share: number,
  forgetful = false,
): Model => ({
  form,
  width,
  height,
  ratioPct,
  cores,
  touchPoints: form === 'desktop' || form === 'bot' ? 0 : 5,
  forgetful,
  share,
})

const MODELS: { readonly [K in 'desktop' | 'mobile' | 'tablet']: readonly Model[] } = {
  mobile: [
    model('mobile', 360, 800, 300, 8, 0.3),
    model('mobile', 393, 873, 275, 8, 0.2),
    model('mobile', 412, 915, 260, 8, 0.22),
    model('mobile', 360, 640, 200, 4, 0.1),
    model('mobile', 390, 844, 300, 4, 0.11, true),
    model('mobile', 428, 926, 300, 4, 0.07, true),
  ],
  desktop: [
    model('desktop', 1366, 768, 100, 4, 0.38),
    model('desktop', 1920, 1080, 100, 8, 0.36),
    model('desktop', 1536, 864, 125, 8, 0.16),
    model('desktop', 1440, 900, 200, 8, 0.1, true),
  ],
  tablet: [model('tablet', 800, 1280, 150, 8, 0.6), model('tablet', 820, 1180, 200, 4, 0.4, true)],
}
const HEADLESS: readonly Model[] = [
  model('bot', 800, 600, 100, 2, 0.5),
  model('bot', 1280, 720, 100, 2, 0.3),
  model('desktop', 1920, 1080, 100, 2, 0.2),
]

/** A person's device. Telephones of one model cannot be told apart by fingerprint, so they share visitor ids. */
export function newDevice(rng: Random, form: 'desktop' | 'mobile' | 'tablet'): Device {
  const made = fromModel(rng, rng.weighted(MODELS[form]))
  if (!made.forgetful || form === 'desktop') return made
  return { ...made, visitorId: `ios-${made.screen.width}-${rng.integer(0, 40)}` }
}

/** A driven or headless browser. */
export function newHeadless(rng: Random): Device {
  return {
    ...fromModel(rng, rng.weighted(HEADLESS)),
    acceptLanguage: null,
    languages: rng.chance(0.7) ? 1 : 0,
  }
}

/**
 * Headers of browsers in Peru: most are set up for it, some for Latin America or Spain, few in English. Drawn from the
 * fingerprint and not from the random stream, and the same for good and bad, since a fraudster's telephone is bought in
 * the same shops.
 */
const HEADERS = [
  [0.76, 'es-PE,es;q=0.9,en-US;q=0.8,en;q=0.7'],
  [0.88, 'es-419,es;q=0.9'],
  [0.95, 'es-ES,es;q=0.9'],
  [1, 'en-US,en;q=0.9,es;q=0.8'],
] as const

function acceptLanguageOf(visitorId: string): string {
  let sum = 0
  for (const character of visitorId) sum = (sum * 31 + character.charCodeAt(0)) % 9_973
  const place = sum / 9_973
  return (HEADERS.find(([below]) => place < below) ?? HEADERS[0])[1]
}

function fromModel(rng: Random, made: Model): Device {
  const languages = rng.chance(0.6) ? 2 : rng.integer(1, 4)
  const visitorId = rng.text(20, ALPHANUMERIC)
  return {
    form: made.form,
    screen: { width: made.width, height: made.height, ratioPct: made.ratioPct },
    cores: made.cores,
    touchPoints: made.touchPoints,
    languages,
    acceptLanguage: acceptLanguageOf(visitorId),
    timeZoneOffsetMin: -300,
    visitorId,
    visitorConfidence: made.form === 'mobile' ? 0.3 : made.forgetful ? 0.5 : 0.6,
    forgetful: made.forgetful,
    privateMode: rng.chance(0.03),
    key: null,
    lastSeenMs: 0,
  }
}

/** The key the SDK signs with on this visit, and whether it was there before. */
export function visitKey(
  rng: Random,
  device: Device,
  atMs: number,
): { readonly thumbprint: string; readonly state: 'new' | 'kept' | 'ephemeral' } {
  const idleMs = atMs - device.lastSeenMs
  device.lastSeenMs = atMs
  if (device.privateMode) return { thumbprint: rng.text(43, BASE64URL), state: 'ephemeral' }
  const lost = device.forgetful ? idleMs > 7 * DAY_MS && rng.chance(0.85) : rng.chance(0.015)
  if (device.key !== null && !lost) return { thumbprint: device.key, state: 'kept' }
  device.key = rng.text(43, BASE64URL)
  return { thumbprint: device.key, state: 'new' }
}
