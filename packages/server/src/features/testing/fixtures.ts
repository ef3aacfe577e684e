import { encodeSignals, type Signals } from '@atalaya/client/contract'
import type { PaymentEvent } from '../../events/payment-event.ts'
import { emptySession, type SessionFacts } from '../../events/session.ts'
import type { SiteSettings } from '../types.ts'

/** The shop of tests: in Lima, in soles. */
export const LIMA_SHOP: SiteSettings = { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' }

/** Tuesday 3 March 2026, 15:00 in Lima. */
export const TUESDAY_MS = Date.UTC(2026, 2, 3, 20)

const NOWHERE = { country: null, region: null, pickupPoint: null } as const

/** An order of which only account, seller, amount and time are known, as in a plain file of card payments. */
export const PLAIN_EVENT: PaymentEvent = {
  id: 'order-1',
  siteId: 'shop',
  action: 'checkout',
  atMs: TUESDAY_MS,
  receivedAtMs: TUESDAY_MS,
  amountMinor: 12_345,
  currency: 'PEN',
  siteAmountMinor: 12_345,
  keys: { account: 'ada', seller: 'sol' },
  account: {
    createdAtMs: null,
    emailVerified: null,
    phoneVerified: null,
    emailDomain: null,
    emailDigits: null,
    emailNameSimilarity: null,
    phoneCountryCode: null,
    phoneCountry: null,
    phoneValid: null,
    phoneType: null,
  },
  payment: {
    method: null,
    bin: null,
    brand: null,
    issuerCountry: null,
    cvvResult: null,
    avsResult: null,
    threeDSecure: null,
    installments: null,
  },
  basket: { itemCount: null, digitalShare: null, mainCategory: null },
  shipping: NOWHERE,
  billing: NOWHERE,
  ip: { country: null, asn: null, hosting: null },
  channel: null,
  trafficSource: null,
  attempt: null,
  languageCountries: null,
  metadata: {},
  session: emptySession('absent'),
}

/** A person's session of ten minutes. */
export const PERSON_SIGNALS: Signals = {
  session_duration_ms: 600_000,
  visible_duration_ms: 500_000,
  page_views: 9,
  product_impressions: 40,
  product_clicks: 5,
  cart_adds: 2,
  cart_removes: 1,
  device_class: 2,
  storage_available: 1,
  time_zone_offset_min: -300,
  touch_points: 5,
  webdriver: 0,
  automation_signs: 0,
  untrusted_events: 0,
  platform_mismatch: 0,
}

/** Session facts of a good token over some signals. */
export function sessionOf(signals: Signals, facts: Partial<SessionFacts> = {}): SessionFacts {
  return {
    ...emptySession('ok'),
    signals: [...encodeSignals(signals)],
    keyState: 'kept',
    consent: 'full',
    gpc: false,
    serverPrescore: 0.1,
    nonceAgeMs: 4_000,
    clockSkewMs: 20,
    orderBound: true,
    sdkVersion: '0.1.0',
    ...facts,
  }
}

/** An ordinary order by card from a telephone in Lima. */
export const FULL_EVENT: PaymentEvent = {
  ...PLAIN_EVENT,
  keys: {
    account: 'ada',
    seller: 'sol',
    card: 'card-1',
    device: 'phone-1',
    visitor: 'visitor-1',
    ip: 'ip-1',
    bin: '455770',
    network: 'network-1',
    email: 'mailbox-1',
    phone: 'number-1',
    address: 'street-1',
    category: 'shop/electronica',
    asn: '6147',
    session: 'session-1',
  },
  account: {
    createdAtMs: TUESDAY_MS - 400 * 86_400_000,
    emailVerified: true,
    phoneVerified: true,
    emailDomain: 'gmail.com',
    emailDigits: 2,
    emailNameSimilarity: 1,
    phoneCountryCode: '51',
    phoneCountry: 'PE',
    phoneValid: true,
    phoneType: 'mobile',
  },
  payment: {
    method: 'card',
    bin: '455770',
    brand: 'visa',
    issuerCountry: 'PE',
    cvvResult: 'M',
    avsResult: null,
    threeDSecure: null,
    installments: 3,
  },
  basket: { itemCount: 2, digitalShare: 0, mainCategory: 'Electrónica' },
  shipping: { country: 'PE', region: 'Áncash', pickupPoint: false },
  billing: { country: 'PE', region: 'Lima', pickupPoint: null },
  ip: { country: 'PE', asn: 6147, hosting: false },
  channel: 'web',
  trafficSource: 'ads',
  attempt: 1,
  languageCountries: ['PE', 'US'],
  session: sessionOf(PERSON_SIGNALS),
}
