import { randomBytes } from 'node:crypto'
import Type, { type Static } from 'typebox'

/** What a shop can be told of. */
export const WEBHOOK_TYPES = ['decision.made', 'event.recorded', 'label.recorded'] as const
export type WebhookType = (typeof WEBHOOK_TYPES)[number]

/** Where a site is told of what, and the secrets that messages are signed with: the newest first, two while one goes. */
export const WebhookEndpointSchema = Type.Object(
  {
    id: Type.String({ pattern: '^wh_[A-Za-z0-9_-]{8,64}$' }),
    url: Type.String({ maxLength: 2048 }),
    types: Type.Array(Type.Enum([...WEBHOOK_TYPES]), { minItems: 1 }),
    secrets: Type.Array(Type.String({ pattern: '^whsec_[A-Za-z0-9_-]{43}$' }), { minItems: 1, maxItems: 2 }),
  },
  { additionalProperties: false },
)
export type WebhookEndpoint = Static<typeof WebhookEndpointSchema>

/** Why an endpoint that fits the schema still cannot work, or `undefined` when it can. */
export function endpointFault({ url }: Pick<WebhookEndpoint, 'url'>): string | undefined {
  if (!URL.canParse(url)) return `webhook address "${url}" is no URL`
  const { protocol, username, password, hash } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return `webhook address "${url}" is not http or https`
  if (username !== '' || password !== '' || hash !== '')
    return `webhook address "${url}" has a user, a password or a fragment: messages are signed instead`
  return undefined
}

export const newEndpointId = () => `wh_${randomBytes(12).toString('base64url')}`
export const newWebhookSecret = () => `whsec_${randomBytes(32).toString('base64url')}`
