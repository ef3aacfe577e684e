import { contentHash } from '../base/content-hash.ts'
import { ACCOUNT_FEATURES } from './account.ts'
import { AMOUNT_FEATURES } from './amount.ts'
import { BASKET_FEATURES } from './basket.ts'
import { featureContext } from './context.ts'
import { DEVIATION_FEATURES } from './deviation.ts'
import { DEVICE_FEATURES } from './device.ts'
import { MATURITY_FEATURES } from './maturity.ts'
import { MISMATCH_FEATURES } from './mismatch.ts'
import { PAIR_FEATURES } from './pairs.ts'
import { PAYMENT_FEATURES } from './payment.ts'
import { PLACE_FEATURES } from './place.ts'
import { RECENCY_FEATURES } from './recency.ts'
import { SESSION_FEATURES } from './session.ts'
import { SHARING_FEATURES } from './sharing.ts'
import { TIME_FEATURES } from './time.ts'
import { TOKEN_FEATURES } from './token.ts'
import type { Feature, FeatureInput, FeatureRow, FeatureValue, FeatureValues } from './types.ts'
import { TYPICAL_FEATURES } from './typical.ts'
import { VELOCITY_FEATURES } from './velocity.ts'

/** The features by family, in the order of the documentation. */
export const FAMILIES = {
  amount: AMOUNT_FEATURES,
  velocity: VELOCITY_FEATURES,
  maturity: MATURITY_FEATURES,
  sharing: SHARING_FEATURES,
  recency: RECENCY_FEATURES,
  deviation: DEVIATION_FEATURES,
  typical: TYPICAL_FEATURES,
  pairs: PAIR_FEATURES,
  account: ACCOUNT_FEATURES,
  payment: PAYMENT_FEATURES,
  basket: BASKET_FEATURES,
  place: PLACE_FEATURES,
  mismatch: MISMATCH_FEATURES,
  time: TIME_FEATURES,
  session: SESSION_FEATURES,
  device: DEVICE_FEATURES,
  token: TOKEN_FEATURES,
} as const satisfies Readonly<Record<string, readonly Feature[]>>

/** Every declared feature. Serving, training, back-test, replay and documentation read this one list. */
export const CATALOGUE: readonly Feature[] = Object.values(FAMILIES).flat()

/** The twelve variables of the commission, by the names it gave them. */
export const COMMISSIONED: ReadonlySet<string> = new Set([
  'trans_amount',
  'trans_freq',
  'avg_trans_amount',
  'time_since_last_trans',
  'session_duration',
  'click_through_rate',
  'add_to_cart_freq',
  'geo_location',
  'device_type',
  'ip_country',
  'trans_risk_score',
  'time_of_day',
])

/**
 * Content hash over the declarations. A changed computation changes its feature's `version`, and so this; a changed
 * description alone does not.
 */
export const CATALOGUE_VERSION: string = contentHash(
  CATALOGUE.map(({ compute: _compute, description: _description, ...declaration }) => declaration),
)

const TEMPLATE: FeatureRow = Object.fromEntries(CATALOGUE.map(({ name }) => [name, null]))
/** Apart from the declarations, which are large: going through them would read memory that nothing else needs. */
const COMPUTE = CATALOGUE.map(({ compute }) => compute)

/**
 * Computes every feature of an event. Pure and deterministic: equal inputs give equal bits, also after a round trip
 * through JSON.
 *
 * @returns values by name in the order of the catalogue; numbers are finite and never negative zero, null is missing
 */
export function computeFeatures(input: FeatureInput): FeatureRow {
  return nameFeatures(computeValues(input))
}

/**
 * The same without names: the value of each feature at its place in the catalogue. An object of three hundred names is
 * a hash table, which takes longer to fill than the values take to be computed.
 */
export function computeValues(input: FeatureInput): FeatureValues {
  const context = featureContext(input)
  const values: FeatureValue[] = new Array(COMPUTE.length).fill(null)
  for (let place = 0; place < COMPUTE.length; place++) {
    values[place] = storable(COMPUTE[place]?.(context) ?? null)
  }
  return values
}

/** Gives the values of this catalogue their names. */
export function nameFeatures(values: FeatureValues): FeatureRow {
  const row: Record<string, FeatureValue> = { ...TEMPLATE }
  for (const [place, { name }] of CATALOGUE.entries()) row[name] = values[place] ?? null
  return row
}

/** JSON has neither NaN nor negative zero: they would not survive the store. */
function storable(value: FeatureValue): FeatureValue {
  if (typeof value !== 'number') return value
  if (value === 0) return 0
  return Number.isFinite(value) ? value : null
}
