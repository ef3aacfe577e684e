import { describe, expect, it } from 'vitest'
import type { PaymentEvent } from '../events/payment-event.ts'
import { brandOfBin, brandOfWord } from './card-brand.ts'
import { computeFeatures } from './catalogue.ts'
import { FULL_EVENT, LIMA_SHOP, PERSON_SIGNALS, sessionOf } from './testing/fixtures.ts'
import { hasOffset, hoursFrom } from './time-zones.ts'

const featuresOf = (parts: Partial<PaymentEvent>) =>
  computeFeatures({ event: { ...FULL_EVENT, ...parts }, history: {}, site: LIMA_SHOP })
const account = (facts: Partial<PaymentEvent['account']>) =>
  featuresOf({ account: { ...FULL_EVENT.account, ...facts } })
const payment = (facts: Partial<PaymentEvent['payment']>) =>
  featuresOf({ payment: { ...FULL_EVENT.payment, ...facts } })

describe('countries', () => {
  it('of an ordinary order agree', () => {
    const row = featuresOf({})
    const mismatches = Object.keys(row).filter(name => name.endsWith('_mismatch') && row[name] === true)
    // It is billed to another department than it is shipped to.
    expect(mismatches).toEqual(['billing_shipping_mismatch'])
    expect(row).toMatchObject({ country_count: 1, geo_location_time_zone_gap: 0, ip_asn: 'AS6147' })
  })

  it('of telephone, card and address are held against each other', () => {
    const abroad = { ...FULL_EVENT.account, phoneCountry: 'US' }
    const card = { ...FULL_EVENT.payment, issuerCountry: 'ES' }
    expect(featuresOf({ account: abroad, payment: card })).toMatchObject({
      phone_country_mismatch: true,
      phone_ip_mismatch: true,
      phone_shipping_mismatch: true,
      phone_issuer_mismatch: true,
      issuer_shipping_mismatch: true,
      ip_billing_mismatch: false,
      country_count: 3,
    })
  })

  it('of the browser’s languages agree when one of them does', () => {
    expect(featuresOf({ languageCountries: ['US', 'PE'] })).toMatchObject({
      language_ip_mismatch: false,
      language_site_mismatch: false,
    })
    expect(featuresOf({ languageCountries: ['VN'] })).toMatchObject({ language_shipping_mismatch: true })
  })

  it('are not held against a browser that asks for a language alone', () => {
    expect(featuresOf({ languageCountries: [] })).toMatchObject({ language_site_mismatch: null })
  })
})

describe('clocks', () => {
  const clocks = (minutes: number) =>
    featuresOf({ session: sessionOf({ ...PERSON_SIGNALS, time_zone_offset_min: minutes }) })

  it('are of some time zone of the country, or not', () => {
    expect(clocks(-300)).toMatchObject({ time_zone_ip_mismatch: false, time_zone_shipping_mismatch: false })
    expect(clocks(420)).toMatchObject({ time_zone_ip_mismatch: true, time_zone_shipping_mismatch: true })
  })

  it('may be any of a country with several, in summer and winter', () => {
    expect([-480, -240, -300, 60].map(minutes => hasOffset('US', minutes))).toEqual([true, true, true, false])
    expect(hasOffset('IN', 330)).toBe(true)
    expect(hasOffset('ZZ', 0)).toBeNull()
    expect(hoursFrom('ES', -300)).toBe(5)
  })
})

describe('an account’s contacts', () => {
  it.each([
    ['yopmail.com', true],
    ['inbox.mailinator.com', true],
    ['gmail.com', false],
    ['com', false],
  ])('at %s: thrown away after use is %s', (emailDomain, disposable) => {
    expect(account({ emailDomain })).toMatchObject({ email_disposable: disposable })
  })

  it('have what libphonenumber and the recipient’s name tell', () => {
    expect(account({ phoneType: 'voip', phoneValid: false, emailNameSimilarity: 0.25 })).toMatchObject({
      phone_type: 'voip',
      phone_valid: false,
      email_name_similarity: 0.25,
    })
  })
})

describe('a card’s brand', () => {
  it.each([
    ['455770', 'visa'],
    ['222100', 'mastercard'],
    ['272099', 'mastercard'],
    ['272100', 'other'],
    ['371234', 'amex'],
    ['353011', 'jcb'],
    ['601100', 'discover'],
    ['36123456', 'diners'],
  ])('of %s is %s', (bin, brand) => {
    expect(brandOfBin(bin)).toBe(brand)
  })

  it('is read in the words of payment providers', () => {
    expect(['Visa', 'MASTER', 'American Express', 'debvisa', 'Oh!'].map(brandOfWord)).toEqual([
      ...['visa', 'mastercard', 'amex', 'visa', 'other'],
    ])
  })

  it('contradicts the digits or not, and is not doubted where either is not known', () => {
    expect(payment({ brand: 'Visa' })).toMatchObject({ card_brand: 'visa', bin_brand_mismatch: false })
    expect(payment({ brand: 'mastercard' })).toMatchObject({ card_brand: 'visa', bin_brand_mismatch: true })
    expect(payment({ brand: 'Oh!' })).toMatchObject({ bin_brand_mismatch: null })
    expect(payment({ bin: null, brand: 'amex' })).toMatchObject({
      card_brand: 'amex',
      bin_brand_mismatch: null,
    })
  })
})
