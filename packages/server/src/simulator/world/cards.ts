import { ALPHANUMERIC, DIGITS, type Random } from './random.ts'

export interface Card {
  readonly fingerprint: string
  readonly bin: string
  readonly last4: string
  readonly brand: string
  readonly issuerCountry: string
}

interface Issuer {
  readonly bin: string
  readonly brand: string
  readonly country: string
  readonly share: number
}

/** Made-up BINs with the brand mix of Peru: Visa leads, then Mastercard, Amex and Diners. */
const PERU: readonly Issuer[] = [
  { bin: '45577001', brand: 'visa', country: 'PE', share: 0.21 },
  { bin: '42194901', brand: 'visa', country: 'PE', share: 0.19 },
  { bin: '49136302', brand: 'visa', country: 'PE', share: 0.14 },
  { bin: '44740504', brand: 'visa', country: 'PE', share: 0.1 },
  { bin: '51107103', brand: 'mastercard', country: 'PE', share: 0.12 },
  { bin: '54745802', brand: 'mastercard', country: 'PE', share: 0.1 },
  { bin: '52540601', brand: 'mastercard', country: 'PE', share: 0.06 },
  { bin: '37735101', brand: 'amex', country: 'PE', share: 0.05 },
  { bin: '36254601', brand: 'diners', country: 'PE', share: 0.03 },
]
const ABROAD: readonly Issuer[] = [
  { bin: '41476601', brand: 'visa', country: 'US', share: 0.35 },
  { bin: '54001205', brand: 'mastercard', country: 'US', share: 0.2 },
  { bin: '45182103', brand: 'visa', country: 'CO', share: 0.12 },
  { bin: '51808404', brand: 'mastercard', country: 'CL', share: 0.12 },
  { bin: '49406002', brand: 'visa', country: 'ES', share: 0.11 },
  { bin: '52091007', brand: 'mastercard', country: 'BR', share: 0.1 },
]

/** A new card of a Peruvian or a foreign bank. */
export function newCard(rng: Random, abroad = false): Card {
  const issuer = rng.weighted(abroad ? ABROAD : PERU)
  return {
    fingerprint: `c-${rng.text(14, ALPHANUMERIC)}`,
    bin: issuer.bin,
    last4: rng.text(4, DIGITS),
    brand: issuer.brand,
    issuerCountry: issuer.country,
  }
}
