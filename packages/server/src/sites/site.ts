import Type, { type Static } from 'typebox'
import { CurrencySchema } from '../base/money.ts'
import { endpointFault, WebhookEndpointSchema } from '../webhooks/endpoint.ts'

/** Units of the site's currency for one unit of another, from a day on until the next rate of that currency. */
export const RateSchema = Type.Object(
  {
    currency: CurrencySchema,
    from: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'First day (UTC) the rate holds' }),
    rate: Type.Number({ exclusiveMinimum: 0, description: "Units of the site's currency for one unit" }),
  },
  { additionalProperties: false },
)
export type Rate = Static<typeof RateSchema>

/** A shop: its keys, the origins of its pages, and the terms in which its history is counted. */
export const SiteSchema = Type.Object(
  {
    id: Type.String({ pattern: '^site_[A-Za-z0-9_-]{1,64}$' }),
    name: Type.String({ minLength: 1, maxLength: 128 }),
    publishableKey: Type.String({ pattern: '^pk_[A-Za-z0-9_-]{8,120}$' }),
    secretKeyHash: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the secret key' }),
    retiringKey: Type.Optional(
      Type.Object(
        {
          hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
          untilMs: Type.Integer({ minimum: 0, description: 'UTC epoch ms' }),
        },
        { additionalProperties: false, description: 'The secret key before, and until when it still works' },
      ),
    ),
    testKeys: Type.Optional(
      Type.Object(
        {
          publishableKey: Type.String({ pattern: '^pk_test_[A-Za-z0-9_-]{8,120}$' }),
          secretKeyHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        { additionalProperties: false, description: 'Keys whose decisions are made to order and not kept' },
      ),
    ),
    webhooks: Type.Optional(
      Type.Array(WebhookEndpointSchema, {
        maxItems: 16,
        description: 'Where the shop is told of what happened',
      }),
    ),
    origins: Type.Array(Type.String({ maxLength: 256 }), {
      description: 'Origins of the pages, for example https://shop.example; no wildcards',
    }),
    currency: CurrencySchema,
    timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA time zone' }),
    country: Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166 alpha-2' }),
    rates: Type.Array(RateSchema, { description: 'Dated exchange rates; any order' }),
  },
  { additionalProperties: false },
)
export type Site = Static<typeof SiteSchema>

/** Why a site that fits the schema still cannot work, or `undefined` when it can. */
export function siteFault(site: Site): string | undefined {
  const origin = site.origins.find(text => !isOrigin(text))
  if (origin !== undefined) {
    return `origin "${origin}" is not one: scheme, host and port only, for example https://shop.example`
  }
  const endpoint = site.webhooks?.map(endpointFault).find(fault => fault !== undefined)
  if (endpoint !== undefined) return endpoint
  try {
    new Intl.DateTimeFormat('en', { timeZone: site.timeZone })
    return undefined
  } catch {
    return `timeZone "${site.timeZone}" is not an IANA time zone such as America/Lima`
  }
}

/** Whether a text is a web origin as browsers send it. */
export function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
