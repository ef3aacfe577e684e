import { isIP } from 'node:net'
import { Compile } from 'typebox/compile'
import type { Site, Sites } from '../../sites/index.ts'
import type { KeptAnswer } from '../../store/index.ts'
import { keyHolder } from '../auth.ts'
import { jsonBody } from '../body.ts'
import type { Handler, Reply } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { toAnswer, type VerifyAnswer } from '../verify/answer.ts'
import { IdempotentAnswers, idempotencyKeyOf, KEEP_ANSWER_MS } from '../verify/idempotency.ts'
import { decidePayment, type PipelineParts } from '../verify/pipeline.ts'
import { type VerifyRequest, VerifyRequestSchema } from '../verify/request.ts'
import { refuseTestValues, testAnswer } from '../verify/test-mode.ts'

const requestSchema = Compile(VerifyRequestSchema)

/** `POST /v1/verify`: judges an order before the merchant takes the payment. */
export function verifyHandler(sites: Sites, parts: PipelineParts): Handler {
  const idempotent = new IdempotentAnswers(parts.store.reader)
  return async request => {
    const { site, mode } = keyHolder(sites, request)
    const body = jsonBody(request, requestSchema)
    checkAddresses(body)
    const answerWith = mode === 'test' ? testAnswer : liveAnswer
    const key = idempotencyKeyOf(site.id, request)
    if (!key) return reply(JSON.stringify(await answerWith(site, body, parts)))
    const nowMs = Date.now()
    // No key of a header has a space, so the keys of both modes never meet.
    const kept = mode === 'test' ? { ...key, key: `test ${key.key}` } : key
    const { answer, repeated } = await idempotent.answer(kept, nowMs, async () => {
      const made = await answerWith(site, body, parts, given => ({
        ...kept,
        answer: JSON.stringify(given),
        expiresAtMs: nowMs + KEEP_ANSWER_MS,
      }))
      return JSON.stringify(made)
    })
    return reply(answer, repeated ? { 'idempotent-replayed': 'true' } : {})
  }
}

/** @throws {Problem} `test_value_refused`, and what {@link decidePayment} throws */
async function liveAnswer(
  site: Site,
  body: VerifyRequest,
  parts: PipelineParts,
  keep?: (answer: VerifyAnswer) => KeptAnswer,
): Promise<VerifyAnswer> {
  refuseTestValues(body)
  return toAnswer(await decidePayment(site, body, parts, keep && (made => keep(toAnswer(made)))))
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
