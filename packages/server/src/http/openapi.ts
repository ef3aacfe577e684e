import { ChallengeRequestSchema, ChallengeResponseSchema } from '@atalaya/client/contract'
import Type, { type TSchema } from 'typebox'
import { EventRequestSchema, LabelRequestSchema } from '../events/lifecycle.ts'
import { DecisionPageSchema, ListQuerySchema } from './decisions/list.ts'
import {
  EventAnswerSchema,
  LabelAnswerSchema,
  ToldEventSchema,
  ToldLabelSchema,
} from './follow-ups/answer.ts'
import { PROBLEMS } from './problem.ts'
import { READINESS } from './routes/health.ts'
import { DeliveriesQuerySchema, DeliveryPageSchema, DeliverySchema } from './routes/webhooks.ts'
import { SiteverifyAnswerSchema } from './siteverify/answer.ts'
import { SiteverifyRequestSchema } from './siteverify/request.ts'
import { VerifyAnswerSchema } from './verify/answer.ts'
import { VerifyRequestSchema } from './verify/request.ts'

const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Enum(Object.keys(PROBLEMS)),
    detail: Type.Optional(Type.String()),
    pointer: Type.Optional(Type.String({ description: 'JSON pointer to the field at fault' })),
    position: Type.Optional(Type.Integer({ description: 'Offset of the fault in a body that is not JSON' })),
    mend: Type.String(),
    instance: Type.String(),
  },
  { description: 'RFC 9457 problem details' },
)

/** A stored decision; envelope and decision are everything that was read and computed. */
const StoredDecisionSchema = Type.Object({
  id: Type.String(),
  seq: Type.Integer({ description: 'Place in the order of arrival' }),
  tokenDetail: Type.Union([Type.String(), Type.Null()], { description: "Cause of the token's status" }),
  answer: VerifyAnswerSchema,
  envelope: Type.Object({}, { description: 'All that the decision was made from' }),
  decision: Type.Object({}, { description: 'Outcome, score, reasons with their weights, features' }),
  events: Type.Array(ToldEventSchema, { description: 'What happened to the payments of its order' }),
  labels: Type.Array(ToldLabelSchema, { description: 'Labels of its order, in order of arrival' }),
})

const HealthSchema = Type.Object({ status: Type.Literal('ok') }, { additionalProperties: false })
const ReadinessSchema = Type.Object(
  {
    status: Type.Enum([...READINESS]),
    degraded: Type.Array(Type.String(), { description: 'Parts that are missing, for example "model"' }),
  },
  { additionalProperties: false },
)

const content = (schema: TSchema, type = 'application/json') => ({ [type]: { schema } })
const answer = (description: string, schema: TSchema) => ({ description, content: content(schema) })
const problems = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map(status => {
      const codes = Object.entries(PROBLEMS).flatMap(([code, [of]]) => (of === status ? [code] : []))
      return [
        String(status),
        { description: codes.join(', '), content: content(ProblemSchema, 'application/problem+json') },
      ]
    }),
  )
const secretKey = [{ secretKey: [] }]
const queryParameters = (properties: Readonly<Record<string, TSchema>>) =>
  Object.entries(properties).map(([name, schema]) => ({ ...{ name, in: 'query', required: false, schema } }))

/** The API as OpenAPI 3.1, from the schemas that requests are checked against. */
export function openApiDocument(version: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Atalaya', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    components: {
      securitySchemes: {
        secretKey: { type: 'http', scheme: 'bearer', description: "The site's secret key, sk_..." },
      },
    },
    paths: {
      '/v1/challenge': {
        post: {
          operationId: 'challenge',
          summary: 'Give a page a nonce for one token',
          description: "Called by the SDK from a page of the site; the site's origins only.",
          requestBody: { required: true, content: content(ChallengeRequestSchema) },
          responses: {
            200: answer('A nonce', ChallengeResponseSchema),
            ...problems(400, 403, 413, 415, 503),
          },
        },
      },
      '/v1/verify': {
        post: {
          operationId: 'verify',
          summary: 'Judge an order before its payment is taken',
          security: secretKey,
          parameters: [
            {
              name: 'Idempotency-Key',
              in: 'header',
              required: false,
              description: 'The same key and body give the same answer for 24 hours',
              schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
            },
          ],
          requestBody: { required: true, content: content(VerifyRequestSchema) },
          responses: {
            200: answer('The decision', VerifyAnswerSchema),
            ...problems(400, 401, 409, 413, 415, 422, 503),
          },
        },
      },
      '/v1/siteverify': {
        post: {
          operationId: 'siteverify',
          summary: 'Judge a token alone, in the form of reCAPTCHA and Turnstile',
          description:
            'Faults of the token and of the key are answers with 200 and error-codes, as theirs are.',
          requestBody: {
            required: true,
            content: {
              ...content(SiteverifyRequestSchema),
              ...content(SiteverifyRequestSchema, 'application/x-www-form-urlencoded'),
            },
          },
          responses: {
            200: answer('Whether the token is good', SiteverifyAnswerSchema),
            ...problems(400, 413, 415, 503),
          },
        },
      },
      '/v1/events': {
        post: {
          operationId: 'tellEvent',
          summary: 'Tell what happened to a payment after its decision',
          description:
            'Give either decisionId or orderId. The same event again is acknowledged and counts once.',
          security: secretKey,
          requestBody: { required: true, content: content(EventRequestSchema) },
          responses: {
            200: answer('The event', EventAnswerSchema),
            ...problems(400, 401, 403, 404, 413, 415, 503),
          },
        },
      },
      '/v1/labels': {
        post: {
          operationId: 'tellLabel',
          summary: 'Tell whether a payment was fraud',
          description:
            'Give either decisionId or orderId. All labels are kept; the one observed latest holds.',
          security: secretKey,
          requestBody: { required: true, content: content(LabelRequestSchema) },
          responses: {
            200: answer('The label', LabelAnswerSchema),
            ...problems(400, 401, 403, 404, 413, 415, 503),
          },
        },
      },
      '/v1/decisions': {
        get: {
          operationId: 'listDecisions',
          summary: 'List the decisions of the site, newest first',
          security: secretKey,
          parameters: queryParameters(ListQuerySchema.properties),
          responses: { 200: answer('A page', DecisionPageSchema), ...problems(400, 401, 403, 503) },
        },
      },
      '/v1/decisions/{id}': {
        get: {
          operationId: 'getDecision',
          summary: 'Read a decision with everything it was made from',
          security: secretKey,
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 200: answer('The decision', StoredDecisionSchema), ...problems(401, 403, 404, 503) },
        },
      },
      '/v1/webhooks/deliveries': {
        get: {
          operationId: 'listDeliveries',
          summary: "List the messages to the site's webhooks, newest first",
          security: secretKey,
          parameters: queryParameters(DeliveriesQuerySchema.properties),
          responses: { 200: answer('A page', DeliveryPageSchema), ...problems(400, 401, 403, 503) },
        },
      },
      '/v1/webhooks/deliveries/{id}/replay': {
        post: {
          operationId: 'replayDelivery',
          summary: 'Send a message to a webhook again',
          security: secretKey,
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
          responses: { 202: answer('It is sent again', DeliverySchema), ...problems(401, 403, 404, 503) },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'The process answers',
          responses: { 200: answer('Alive', HealthSchema) },
        },
      },
      '/readyz': {
        get: {
          operationId: 'readiness',
          summary: 'Whether traffic should be sent here',
          responses: {
            200: answer('Ready', ReadinessSchema),
            503: {
              description: 'Closing, or the store fails; starting, as a problem',
              content: { ...content(ReadinessSchema), ...content(ProblemSchema, 'application/problem+json') },
            },
          },
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          summary: 'Figures for Prometheus',
          responses: { 200: { description: 'Figures', content: content(Type.String(), 'text/plain') } },
        },
      },
    },
  }
}
