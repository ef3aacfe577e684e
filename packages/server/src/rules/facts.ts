import type { PaymentEvent } from '../events/payment-event.ts'
import { CATALOGUE } from '../features/catalogue.ts'
import type { FeatureRow } from '../features/types.ts'

/** What rules judge. */
export interface RuleContext {
  readonly event: PaymentEvent
  readonly features: FeatureRow
  /** Calibrated probability of fraud; null when no model could score. */
  readonly score: number | null
}

/** CEL types of the fields, nested as they are read. `dyn` fields are free. */
export interface FactTypes {
  readonly [field: string]: string | FactTypes
}

const CEL_TYPES = { number: 'double', boolean: 'bool', category: 'string' } as const

const place: FactTypes = { country: 'string', region: 'string', pickupPoint: 'bool' }

/**
 * The facts by name and type. Consent and Global Privacy Control are left out on purpose: no rule may hold them
 * against a shopper.
 */
export const FACT_TYPES: FactTypes = {
  features: Object.fromEntries(CATALOGUE.map(({ name, type }) => [name, CEL_TYPES[type]])),
  event: {
    id: 'string',
    siteId: 'string',
    action: 'string',
    atMs: 'double',
    amountMinor: 'double',
    currency: 'string',
    siteAmountMinor: 'double',
    channel: 'string',
    trafficSource: 'string',
    attempt: 'double',
    account: {
      createdAtMs: 'double',
      emailVerified: 'bool',
      phoneVerified: 'bool',
      emailDomain: 'string',
      emailNameSimilarity: 'double',
      phoneCountryCode: 'string',
      phoneCountry: 'string',
      phoneValid: 'bool',
      phoneType: 'string',
    },
    payment: {
      method: 'string',
      bin: 'string',
      brand: 'string',
      issuerCountry: 'string',
      cvvResult: 'string',
      avsResult: 'string',
      threeDSecure: 'string',
      installments: 'double',
    },
    basket: { itemCount: 'double', digitalShare: 'double', mainCategory: 'string' },
    shipping: place,
    billing: place,
    ip: { country: 'string', asn: 'double', hosting: 'bool' },
    metadata: 'map<string, dyn>',
  },
  token: { status: 'string', keyState: 'string', orderBound: 'bool', sdkVersion: 'string' },
  score: 'double',
}

/** The value at a path of the facts; undefined when it is missing. */
export function factAt(context: RuleContext, path: readonly string[]): unknown {
  const [root, ...fields] = path
  let value: unknown =
    root === 'token' ? context.event.session : context[root as 'event' | 'features' | 'score']
  for (const field of fields) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
    value = (value as Readonly<Record<string, unknown>>)[field]
  }
  return value ?? undefined
}
