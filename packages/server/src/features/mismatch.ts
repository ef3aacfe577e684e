import { addedOn, flag, number } from './declare.ts'
import { hasOffset, hoursFrom } from './time-zones.ts'
import type { Feature, FeatureContext } from './types.ts'

type Country = (context: FeatureContext) => string | null

/** Who says in which country the shopper is. */
const COUNTRIES = {
  ip: ({ event }) => event.ip.country,
  issuer: ({ event }) => event.payment.issuerCountry,
  shipping: ({ event }) => event.shipping.country,
  billing: ({ event }) => event.billing.country,
  phone: ({ event }) => event.account.phoneCountry,
  site: ({ site }) => site.country,
} as const satisfies Readonly<Record<string, Country>>
type Source = keyof typeof COUNTRIES

const WORDS: Readonly<Record<Source, string>> = {
  ip: 'the IP address',
  issuer: "the card's issuer",
  shipping: 'the shipping address',
  billing: 'the billing address',
  phone: 'the telephone number',
  site: 'the site',
}
const placeOf = (source: Source) => (source === 'ip' ? 'ip' : 'transaction')

function mismatch(one: Source, other: Source): Feature {
  return flag({
    name: `${one}_${other}_mismatch`,
    description: `The countries of ${WORDS[one]} and ${WORDS[other]} differ`,
    entity: 'order',
    source: one === 'ip' || other === 'ip' ? 'ip' : 'transaction',
    compute: context => {
      const first = COUNTRIES[one](context)
      const second = COUNTRIES[other](context)
      return first === null || second === null ? null : first !== second
    },
  })
}

/** A browser that asks for `es` alone names no country and is held against none. */
function languageMismatch(source: Source): Feature {
  return flag({
    name: `language_${source}_mismatch`,
    description: `The browser asks for languages of countries, and none is that of ${WORDS[source]}; missing when they name no country`,
    entity: 'order',
    source: placeOf(source),
    compute: context => {
      const spoken = context.event.languageCountries
      const country = COUNTRIES[source](context)
      return spoken === null || spoken.length === 0 || country === null ? null : !spoken.includes(country)
    },
  })
}

function timeZoneMismatch(source: 'ip' | 'shipping'): Feature {
  return flag({
    name: `time_zone_${source}_mismatch`,
    description: `The device's clocks are set to no time zone of the country of ${WORDS[source]}`,
    entity: 'order',
    source: 'token',
    compute: context => {
      const offset = context.signals?.time_zone_offset_min ?? null
      const country = COUNTRIES[source](context)
      if (offset === null || country === null) return null
      const known = hasOffset(country, offset)
      return known === null ? null : !known
    },
  })
}

/** Where the parts of an order say that the shopper is, held against each other. */
export const MISMATCH_FEATURES: readonly Feature[] = addedOn('2026-11-24', [
  mismatch('issuer', 'shipping'),
  mismatch('issuer', 'billing'),
  mismatch('ip', 'billing'),
  mismatch('phone', 'ip'),
  mismatch('phone', 'shipping'),
  mismatch('phone', 'issuer'),
  languageMismatch('ip'),
  languageMismatch('shipping'),
  languageMismatch('site'),
  timeZoneMismatch('ip'),
  timeZoneMismatch('shipping'),
  number('h', {
    name: 'geo_location_time_zone_gap',
    description:
      "Hours between the site's clocks and the nearest time zone of the country that the order goes to",
    entity: 'order',
    source: 'transaction',
    compute: ({ event, local }) =>
      event.shipping.country === null ? null : hoursFrom(event.shipping.country, local.offsetMinutes),
  }),
  number('count', {
    name: 'country_count',
    description:
      'Different countries among those of IP address, issuer, shipping, billing and telephone number; missing when none is known',
    entity: 'order',
    source: 'ip',
    compute: context => {
      const known = new Set<string>()
      for (const [source, country] of Object.entries(COUNTRIES)) {
        const value = source === 'site' ? null : country(context)
        if (value !== null) known.add(value)
      }
      return known.size === 0 ? null : known.size
    },
  }),
])
