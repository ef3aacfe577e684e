import { randomBytes } from 'node:crypto'
import type { Site } from '../sites/index.ts'
import type { NewDelivery } from '../store/index.ts'
import type { WebhookType } from './endpoint.ts'

/**
 * One message for each endpoint of a site that wants this type: `{id, type, createdAtMs, siteId, data}`. All have one id,
 * by which a receiver knows a message that comes twice.
 */
export function deliveriesFor(
  site: Site,
  type: WebhookType,
  data: () => unknown,
  nowMs: number,
): NewDelivery[] {
  const wanted = site.webhooks?.filter(({ types }) => types.includes(type)) ?? []
  if (wanted.length === 0) return []
  const id = `evt_${randomBytes(15).toString('base64url')}`
  const body = JSON.stringify({ id, type, createdAtMs: nowMs, siteId: site.id, data: data() })
  return wanted.map(({ id: endpointId }) => ({
    id: `whd_${randomBytes(15).toString('base64url')}`,
    ...{ siteId: site.id, endpointId, type, body, createdAtMs: nowMs },
  }))
}
