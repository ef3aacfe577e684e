import { ALPHANUMERIC, DIGITS, type Random } from './random.ts'

export interface Card {
  readonly fingerprint: string
  readonly bin: string
  readonly last4: string
  readonly brand: string
  readonly issuerCountry: string
}

/** A bank's range of cards. */
export interface Issuer {
  readonly bin: string
  readonly brand: string
  readonly country: string
  readonly share: number
}

const range = (bin: string, brand: string, country: string, share: number): Issuer => ({
  bin,
  brand,
  country,
  share,
})

/**
 * Made-up BINs with the brand mix of Peru: Visa leads, then Mastercard, Amex and Diners. Four banks issue most cards;
 * the long tail of municipal savings banks and store cards is what makes a run of payments on one BIN conspicuous.
 */
const PERU: readonly Issuer[] = [
  range('45577001', 'visa', 'PE', 0.14),
  range('45577012', 'visa', 'PE', 0.06),
  range('42194901', 'visa', 'PE', 0.12),
  range('42194917', 'visa', 'PE', 0.05),
  range('49136302', 'visa', 'PE', 0.1),
  range('44740504', 'visa', 'PE', 0.08),
  range('51107103', 'mastercard', 'PE', 0.09),
  range('54745802', 'mastercard', 'PE', 0.08),
  range('52540601', 'mastercard', 'PE', 0.05),
  range('37735101', 'amex', 'PE', 0.05),
  range('36254601', 'diners', 'PE', 0.03),
  ...Array.from({ length: 15 }, (_, index) =>
    index % 3 === 2
      ? range(`5264${1300 + 7 * index}`, 'mastercard', 'PE', 0.01)
      : range(`4387${2100 + 11 * index}`, 'visa', 'PE', 0.01),
  ),
]
const ABROAD: readonly Issuer[] = [
  range('41476601', 'visa', 'US', 0.2),
  range('44003712', 'visa', 'US', 0.15),
  range('54001205', 'mastercard', 'US', 0.2),
  range('45182103', 'visa', 'CO', 0.12),
  range('51808404', 'mastercard', 'CL', 0.12),
  range('49406002', 'visa', 'ES', 0.11),
  range('52091007', 'mastercard', 'BR', 0.1),
]

export const newIssuer = (rng: Random, abroad = false): Issuer => rng.weighted(abroad ? ABROAD : PERU)

/** Lists of stolen cards often come from one leak, so many of a list are of a few banks. */
export const leakedIssuers = (rng: Random, count: number): readonly Issuer[] =>
  Array.from({ length: count }, () => newIssuer(rng))

/** A new card of a Peruvian or a foreign bank. */
export function newCard(rng: Random, abroad = false, issuer = newIssuer(rng, abroad)): Card {
  return {
    fingerprint: `c-${rng.text(14, ALPHANUMERIC)}`,
    bin: issuer.bin,
    last4: rng.text(4, DIGITS),
    brand: issuer.brand,
    issuerCountry: issuer.country,
  }
}
