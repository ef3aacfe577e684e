import { countryDistanceKm } from './countries.ts'
import { addedOn, category, flag, number } from './declare.ts'
import { DEPARTMENT_NAMES, departmentOf } from './peru.ts'
import type { Feature } from './types.ts'

/** Peru, its neighbours, where most Peruvians abroad live, and where most hosting stands. */
const IP_COUNTRIES = [
  'PE',
  'AR',
  'BO',
  'BR',
  'CL',
  'CO',
  'EC',
  'VE',
  'MX',
  'US',
  'ES',
  'CN',
  'DE',
  'NL',
  'RU',
] as const

/**
 * Autonomous systems with a word of their own: the access networks of Peru (Telefónica, Claro, Entel, Americatel,
 * Optical Networks, Bitel, WIN) and where scripts and VPN exits mostly stand (Amazon, Google, Microsoft, DigitalOcean,
 * Vultr, OVH, Hetzner, M247, Datacamp).
 */
const ASNS = [
  ...[6147, 12252, 21575, 19180, 27843, 262210, 265691],
  ...[16509, 14618, 15169, 396982, 8075, 14061, 20473, 16276, 24940, 9009, 212238],
].map(asn => `AS${asn}`)

/** Whether two things differ; missing unless both are known. */
const differ = (a: string | null, b: string | null) => (a === null || b === null ? null : a !== b)

export const PLACE_FEATURES: readonly Feature[] = [
  category([...DEPARTMENT_NAMES, 'abroad'], {
    name: 'geo_location',
    description: 'Department of Peru that the order goes to; "abroad" for any other country',
    entity: 'order',
    source: 'transaction',
    compute: ({ event, site }) => {
      const { region } = event.shipping
      const country = event.shipping.country ?? (region === null ? null : site.country)
      if (country === null) return null
      if (country !== 'PE') return 'abroad'
      return region === null ? null : departmentOf(region)
    },
  }),
  category(IP_COUNTRIES, {
    name: 'ip_country',
    description: 'Country of the IP address, from an offline table',
    entity: 'ip',
    source: 'ip',
    compute: ({ event }) => event.ip.country,
  }),
  flag({
    name: 'ip_hosting',
    description: 'The IP address belongs to a hosting provider (proxies, VPNs, scripts)',
    entity: 'ip',
    source: 'ip',
    compute: ({ event }) => event.ip.hosting,
  }),
  flag({
    name: 'ip_site_mismatch',
    description: "The IP address is in another country than the site's",
    entity: 'ip',
    source: 'ip',
    compute: ({ event, site }) => differ(event.ip.country, site.country),
  }),
  flag({
    name: 'ip_shipping_mismatch',
    description: 'The IP address is in another country than the shipping address',
    entity: 'order',
    source: 'ip',
    compute: ({ event }) => differ(event.ip.country, event.shipping.country),
  }),
  number('km', {
    name: 'ip_shipping_distance',
    description: 'Distance between the countries of IP address and shipping address, centre to centre',
    entity: 'order',
    source: 'ip',
    compute: ({ event }) =>
      event.ip.country === null || event.shipping.country === null
        ? null
        : countryDistanceKm(event.ip.country, event.shipping.country),
  }),
  flag({
    name: 'issuer_ip_mismatch',
    description: 'The card was issued in another country than the IP address is in',
    entity: 'order',
    source: 'ip',
    compute: ({ event }) => differ(event.payment.issuerCountry, event.ip.country),
  }),
  flag({
    name: 'issuer_site_mismatch',
    description: "The card was issued in another country than the site's",
    entity: 'order',
    source: 'transaction',
    compute: ({ event, site }) => differ(event.payment.issuerCountry, site.country),
  }),
  flag({
    name: 'billing_shipping_mismatch',
    description: 'Billing and shipping address are in different countries or regions',
    entity: 'order',
    source: 'transaction',
    compute: ({ event: { billing, shipping } }) => {
      const countries = differ(billing.country, shipping.country)
      const regions =
        billing.region === null || shipping.region === null
          ? null
          : departmentOf(billing.region) !== departmentOf(shipping.region)
      return countries === null && regions === null ? null : countries === true || regions === true
    },
  }),
  flag({
    name: 'pickup_point',
    description: 'The order goes to a pickup point',
    entity: 'order',
    source: 'transaction',
    compute: ({ event }) => event.shipping.pickupPoint,
  }),
  ...addedOn('2026-11-24', [
    category(ASNS, {
      name: 'ip_asn',
      description: 'Autonomous system that the IP address belongs to, from an offline table',
      entity: 'ip',
      source: 'ip',
      compute: ({ event }) => (event.ip.asn === null ? null : `AS${event.ip.asn}`),
    }),
  ]),
]
