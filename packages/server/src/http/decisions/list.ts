import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { CurrencySchema } from '../../base/money.ts'
import { DECISIONS } from '../../decide/index.ts'
import { TokenStatusSchema } from '../../events/session.ts'
import type { DecisionFilter, DecisionSummary } from '../../store/index.ts'
import type { RequestParts } from '../exchange.ts'
import { queryOf } from '../query.ts'

const DEFAULT_LIMIT = 50
const epochMs = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: 4_102_444_800_000, description }))
const outcome = Type.Enum([...DECISIONS])

/** What the query of `GET /v1/decisions` may ask for. */
export const ListQuerySchema = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        default: DEFAULT_LIMIT,
        description: 'Most decisions a page',
      }),
    ),
    cursor: Type.Optional(
      Type.String({ pattern: '^[1-9][0-9]{0,14}$', description: '`next` of the page before' }),
    ),
    decision: Type.Optional(outcome),
    tokenStatus: Type.Optional(TokenStatusSchema),
    orderId: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    from: epochMs('Arrived from then on, UTC epoch ms'),
    to: epochMs('Arrived before then, UTC epoch ms'),
  },
  { additionalProperties: false },
)

export const DecisionPageSchema = Type.Object(
  {
    decisions: Type.Array(
      Type.Object(
        {
          id: Type.String(),
          orderId: Type.String(),
          decision: outcome,
          score: Type.Union([Type.Number(), Type.Null()]),
          amountMinor: Type.Integer(),
          currency: CurrencySchema,
          receivedAtMs: Type.Integer({ description: 'UTC epoch ms' }),
          tokenStatus: TokenStatusSchema,
        },
        { additionalProperties: false },
      ),
      { description: 'Newest first' },
    ),
    next: Type.Union([Type.String(), Type.Null()], {
      description: 'Cursor of the next page; null when this is the last',
    }),
  },
  { additionalProperties: false, description: 'A page of decisions' },
)

const schema = Compile(ListQuerySchema)

/** A page that is wanted. */
export interface WantedPage {
  readonly limit: number
  readonly beforeSeq?: number
  readonly filter: Omit<DecisionFilter, 'siteId'>
}

/** @throws {Problem} `invalid_request` naming the parameter */
export function wantedPage(request: RequestParts): WantedPage {
  const asked = queryOf(request, schema, ['limit', 'from', 'to'])
  const { limit = DEFAULT_LIMIT, cursor, decision, tokenStatus, orderId, from, to } = asked
  return {
    limit,
    ...(cursor !== undefined && { beforeSeq: Number(cursor) }),
    filter: {
      ...(decision !== undefined && { outcome: decision }),
      ...(tokenStatus !== undefined && { tokenStatus }),
      ...(orderId !== undefined && { orderId }),
      ...(from !== undefined && { fromMs: from }),
      ...(to !== undefined && { toMs: to }),
    },
  }
}

/** @param found one more than the limit, when there are more */
export function decisionPage(
  found: readonly DecisionSummary[],
  limit: number,
): Static<typeof DecisionPageSchema> {
  const page = found.slice(0, limit)
  return {
    decisions: page.map(({ id, orderId, outcome: decision, ...rest }) => ({
      ...{ id, orderId, decision },
      ...{ score: rest.score, amountMinor: rest.amountMinor, currency: rest.currency },
      ...{ receivedAtMs: rest.receivedAtMs, tokenStatus: rest.tokenStatus },
    })),
    next: found.length > limit ? String(page.at(-1)?.seq) : null,
  }
}
