import { DEVICE_CLASSES, SIGNALS } from '@atalaya/client/contract'
import fc from 'fast-check'
import { PHONE_TYPES } from '../../events/contact.ts'
import { ENTITY_KINDS } from '../../events/entities.ts'
import type { PaymentEvent } from '../../events/payment-event.ts'
import { emptySession, type SessionFacts, TOKEN_STATUSES } from '../../events/session.ts'
import type { EntityView, HistoryViews } from '../../history/types.ts'
import { WINDOWS } from '../../history/windows.ts'
import type { FeatureInput } from '../types.ts'
import { LIMA_SHOP, PLAIN_EVENT } from './fixtures.ts'

const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null })
const timeMs = fc.integer({ min: 1_500_000_000_000, max: 1_900_000_000_000 })
const minor = fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 1_000_000_000_000 }))
const perWindow = fc.array(fc.nat(1000), { minLength: WINDOWS.length, maxLength: WINDOWS.length })
const country = fc.constantFrom('PE', 'CL', 'US', 'ES', 'ZZ')
const region = fc.constantFrom('Lima', 'Áncash', '15', 'PE-CUS', 'Departamento de Junín', 'Kalifornien')

/** What a history can know of one entity, seen or not. */
const view: fc.Arbitrary<EntityView> = fc
  .record({
    seen: maybe(fc.tuple(timeMs, timeMs)),
    lifetimeCount: fc.integer({ min: 1, max: 10_000 }),
    lifetimeMeanMinor: fc.double({ min: 0, max: 1e12, noNaN: true }),
    lifetimeM2: fc.double({ min: 0, max: 1e24, noNaN: true }),
    counts: perWindow,
    sumsMinor: perWindow,
    declines: perWindow,
    frauds: perWindow,
    distinct: fc.record({ card: perWindow, device: perWindow, account: perWindow, ip: perWindow }),
    pairs: fc.record({ seller: fc.nat(20), card: fc.nat(20) }, { requiredKeys: [] }),
    medianMinor: maybe(fc.double({ min: 0, max: 1e12, noNaN: true })),
    hours: fc.record({ count: fc.nat(40), nearCount: fc.nat(40), nearestMs: maybe(fc.nat(43_200_000)) }),
    largest7dMinor: maybe(minor),
    mature: fc.record({
      counts: fc.array(fc.nat(1000), { minLength: 3, maxLength: 3 }),
      lastFraudMs: maybe(timeMs),
      countSinceFraud: maybe(fc.nat(1000)),
    }),
  })
  .map(({ seen, ...rest }) =>
    seen === null
      ? {
          ...rest,
          firstSeenMs: null,
          lastSeenMs: null,
          lifetimeCount: 0,
          lifetimeMeanMinor: 0,
          lifetimeM2: 0,
        }
      : { ...rest, firstSeenMs: Math.min(...seen), lastSeenMs: Math.max(...seen) },
  )

export const historyViews: fc.Arbitrary<HistoryViews> = fc.record(
  Object.fromEntries(ENTITY_KINDS.map(kind => [kind, view])),
  { requiredKeys: [] },
)

/** Any session that the verifier can report. */
export const sessionFacts: fc.Arbitrary<SessionFacts> = fc.oneof(
  fc.constantFrom('absent', 'malformed', 'bad_signature').map(status => emptySession(status)),
  fc.record({
    status: fc.constantFrom(...TOKEN_STATUSES),
    signals: fc.tuple(
      ...SIGNALS.map(([name, min, max]) =>
        name === 'device_class' ? fc.nat(DEVICE_CLASSES.length - 1) : maybe(fc.integer({ min, max })),
      ),
    ),
    keyState: fc.constantFrom('new', 'kept', 'ephemeral'),
    consent: fc.constantFrom('essential', 'full'),
    gpc: fc.boolean(),
    clientPrescore: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    serverPrescore: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    prescoreModel: fc.constant('m'),
    nonceAgeMs: maybe(fc.nat(600_000)),
    clockSkewMs: maybe(fc.integer({ min: -1e9, max: 1e9 })),
    orderBound: fc.boolean(),
    visitorConfidence: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
    sdkVersion: fc.constant('0.1.0'),
  }),
)

export const paymentEvents: fc.Arbitrary<PaymentEvent> = fc
  .record({
    atMs: timeMs,
    amountMinor: minor,
    session: sessionFacts,
    account: fc.record({
      createdAtMs: maybe(timeMs),
      emailVerified: maybe(fc.boolean()),
      phoneVerified: maybe(fc.boolean()),
      emailDomain: maybe(fc.constantFrom('gmail.com', 'yopmail.com')),
      emailDigits: maybe(fc.nat(20)),
      emailNameSimilarity: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      phoneCountryCode: maybe(fc.constantFrom('51', '1', '59')),
      phoneCountry: maybe(country),
      phoneValid: maybe(fc.boolean()),
      phoneType: maybe(fc.constantFrom(...PHONE_TYPES)),
    }),
    payment: fc.record({
      method: maybe(fc.constantFrom('card', 'wallet', 'transfer')),
      bin: fc.constant(null),
      brand: fc.constant(null),
      issuerCountry: maybe(country),
      cvvResult: maybe(fc.constantFrom('M', 'n', '?')),
      avsResult: maybe(fc.constantFrom('Y', 'N')),
      threeDSecure: maybe(fc.constantFrom('Y', 'N', 'frictionless')),
      installments: maybe(fc.integer({ min: 1, max: 60 })),
    }),
    basket: fc.record({
      itemCount: maybe(fc.nat(50)),
      digitalShare: maybe(fc.double({ min: 0, max: 1, noNaN: true })),
      mainCategory: maybe(fc.constantFrom('phones', 'Celulares', 'cosas')),
    }),
    shipping: fc.record({ country: maybe(country), region: maybe(region), pickupPoint: maybe(fc.boolean()) }),
    billing: fc.record({ country: maybe(country), region: maybe(region), pickupPoint: maybe(fc.boolean()) }),
    ip: fc.record({ country: maybe(country), asn: maybe(fc.nat(70_000)), hosting: maybe(fc.boolean()) }),
    attempt: maybe(fc.integer({ min: 1, max: 9 })),
    languageCountries: maybe(fc.array(country, { maxLength: 4 })),
  })
  .map(parts => ({
    ...PLAIN_EVENT,
    ...parts,
    siteAmountMinor: parts.amountMinor,
    receivedAtMs: parts.atMs + 500,
  }))

export const featureInputs: fc.Arbitrary<FeatureInput> = fc.record({
  event: paymentEvents,
  history: historyViews,
  site: fc.constant(LIMA_SHOP),
})
