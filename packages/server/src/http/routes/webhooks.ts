import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Sites } from '../../sites/index.ts'
import { DELIVERY_STATES, type DecisionStore, type Delivery } from '../../store/index.ts'
import { authenticate } from '../auth.ts'
import { type Handler, json } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { queryOf } from '../query.ts'

const DEFAULT_LIMIT = 50
const nullable = <T extends Type.TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

export const DeliveriesQuerySchema = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 200, default: DEFAULT_LIMIT, description: 'Most messages a page' }),
    ),
    cursor: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: '`next` of the page before' }),
    ),
    state: Type.Optional(Type.Enum([...DELIVERY_STATES])),
  },
  { additionalProperties: false },
)

export const DeliverySchema = Type.Object(
  {
    id: Type.String(),
    endpointId: Type.String(),
    type: Type.String(),
    state: Type.Enum([...DELIVERY_STATES], { description: 'dead: given up until it is replayed' }),
    attempts: Type.Integer(),
    createdAtMs: Type.Integer({ description: 'UTC epoch ms' }),
    nextAtMs: nullable(Type.Integer(), 'When it is tried again, UTC epoch ms'),
    lastStatus: nullable(Type.Integer(), 'HTTP status of the last answer'),
    lastError: nullable(Type.String(), 'Cause of the last failure'),
    lastAtMs: nullable(Type.Integer(), 'When it was last tried, UTC epoch ms'),
  },
  { additionalProperties: false, description: 'A message to a webhook' },
)
export const DeliveryPageSchema = Type.Object(
  {
    deliveries: Type.Array(DeliverySchema, { description: 'Newest first' }),
    next: nullable(Type.String(), 'Cursor of the next page; null when this is the last'),
  },
  { additionalProperties: false, description: 'A page of messages to webhooks' },
)

const query = Compile(DeliveriesQuerySchema)

function told({ seq: _, siteId: __, body: ___, ...delivery }: Delivery): Static<typeof DeliverySchema> {
  return delivery
}

/** `GET /v1/webhooks/deliveries`: messages to the site's webhooks, newest first. */
export function deliveriesHandler(sites: Sites, { reader }: DecisionStore): Handler {
  return request => {
    const site = authenticate(sites, request)
    const { limit = DEFAULT_LIMIT, cursor, state } = queryOf(request, query, ['limit'])
    const found = reader.deliveries({
      ...{ siteId: site.id, limit: limit + 1 },
      ...(state !== undefined && { state }),
      ...(cursor !== undefined && { beforeSeq: Number(cursor) }),
    })
    const page = found.slice(0, limit)
    return json({
      deliveries: page.map(told),
      next: found.length > limit ? String(page.at(-1)?.seq) : null,
    })
  }
}

/** `POST /v1/webhooks/deliveries/{id}/replay`: sends a message again, whatever became of it. */
export function replayHandler(sites: Sites, store: DecisionStore, wake: () => void): Handler {
  return async request => {
    const site = authenticate(sites, request)
    const delivery = store.reader.delivery(site.id, request.params['id'] ?? '')
    if (!delivery) throw new Problem('delivery_unknown')
    const { id, lastStatus, lastError, lastAtMs } = delivery
    const again = { id, state: 'waiting', attempts: 0, nextAtMs: Date.now() } as const
    await store.commitDelivery({ ...again, lastStatus, lastError, lastAtMs })
    wake()
    return json(told({ ...delivery, ...again }), 202)
  }
}
