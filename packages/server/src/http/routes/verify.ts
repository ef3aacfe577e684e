import { isIP } from 'node:net'
import { Compile } from 'typebox/compile'
import type { Sites } from '../../sites/index.ts'
import { authenticate } from '../auth.ts'
import { jsonBody } from '../body.ts'
import type { Handler, Reply } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { toAnswer } from '../verify/answer.ts'
import { IdempotentAnswers, idempotencyKeyOf, KEEP_ANSWER_MS } from '../verify/idempotency.ts'
import { decidePayment, type PipelineParts } from '../verify/pipeline.ts'
import { type VerifyRequest, VerifyRequestSchema } from '../verify/request.ts'

const requestSchema = Compile(VerifyRequestSchema)

/** `POST /v1/verify`: judges an order before the merchant takes the payment. */
export function verifyHandler(sites: Sites, parts: PipelineParts): Handler {
  const idempotent = new IdempotentAnswers(parts.store.reader)
  return async request => {
    const site = authenticate(sites, request)
    const body = jsonBody(request, requestSchema)
    checkAddresses(body)
    const key = idempotencyKeyOf(site.id, request)
    if (!key) return reply(JSON.stringify(toAnswer(await decidePayment(site, body, parts))))
    const nowMs = Date.now()
    const { answer, repeated } = await idempotent.answer(key, nowMs, async () => {
      const stored = await decidePayment(site, body, parts, made => ({
        ...key,
        answer: JSON.stringify(toAnswer(made)),
        expiresAtMs: nowMs + KEEP_ANSWER_MS,
      }))
      return JSON.stringify(toAnswer(stored))
    })
    return reply(answer, repeated ? { 'idempotent-replayed': 'true' } : {})
  }
}

function reply(body: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status: 200, headers: { 'content-type': 'application/json', ...headers }, body }
}

function checkAddresses({ remoteIp, transaction }: VerifyRequest): void {
  const detail = 'this is not an IPv4 or IPv6 address'
  if (remoteIp && isIP(remoteIp) === 0) throw new Problem('invalid_request', { detail, pointer: '/remoteIp' })
  if (transaction.ip && isIP(transaction.ip) === 0) {
    throw new Problem('invalid_request', { detail, pointer: '/transaction/ip' })
  }
}
