import { describe, expect, it } from 'vitest'
import type { PaymentEvent } from '../events/payment-event.ts'
import { computeFeatures } from './catalogue.ts'
import { countryDistanceKm } from './countries.ts'
import { departmentOf } from './peru.ts'
import { FULL_EVENT, LIMA_SHOP } from './testing/fixtures.ts'

const featuresOf = (parts: Partial<PaymentEvent>) =>
  computeFeatures({ event: { ...FULL_EVENT, ...parts }, history: {}, site: LIMA_SHOP })

describe('a department of Peru', () => {
  it.each([
    ['Áncash', 'ancash'],
    ['ANCASH', 'ancash'],
    ['02', 'ancash'],
    ['PE-LMA', 'lima'],
    ['Departamento de La Libertad', 'la_libertad'],
    ['Provincia Constitucional del Callao', 'callao'],
    ['Madre de Dios', 'madre_de_dios'],
    ['Cuzco', 'cusco'],
    ['Antofagasta', 'other'],
  ])('written %s is %s', (region, department) => {
    expect(departmentOf(region)).toBe(department)
  })
})

describe('places', () => {
  it('abroad are one category', () => {
    const shipping = { country: 'CL', region: 'Antofagasta', pickupPoint: null }
    expect(featuresOf({ shipping })).toMatchObject({ geo_location: 'abroad', ip_shipping_mismatch: true })
  })

  it('agree only where both are known', () => {
    const ip = { country: null, asn: null, hosting: null }
    expect(featuresOf({ ip })).toMatchObject({
      ip_site_mismatch: null,
      ip_shipping_mismatch: null,
      issuer_ip_mismatch: null,
      issuer_site_mismatch: false,
      ip_shipping_distance: null,
    })
  })

  it('of a country that the vocabulary does not name are still told apart from the site', () => {
    const ip = { country: 'FI', asn: 1, hosting: true }
    expect(featuresOf({ ip })).toMatchObject({ ip_country: 'FI', ip_site_mismatch: true, ip_hosting: true })
  })
})

describe('the distance of two countries', () => {
  it('is that of their centres, the same both ways', () => {
    expect(countryDistanceKm('PE', 'CL')).toBe(countryDistanceKm('CL', 'PE'))
    expect(countryDistanceKm('PE', 'CL')).toBeGreaterThan(2500)
    expect(countryDistanceKm('PE', 'CL')).toBeLessThan(3500)
  })

  it('is nought within a country and unknown for one without a known centre', () => {
    expect(countryDistanceKm('XK', 'XK')).toBe(0)
    expect(countryDistanceKm('PE', 'XK')).toBeNull()
  })
})
