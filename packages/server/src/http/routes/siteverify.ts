import { hash } from 'node:crypto'
import type { KeyHolder, Sites } from '../../sites/index.ts'
import { replayed } from '../../token/verify.ts'
import type { Handler, Reply } from '../exchange.ts'
import { Problem } from '../problem.ts'
import { refusal, type SiteverifyAnswer, siteverifyAnswer } from '../siteverify/answer.ts'
import { siteverifyRequest } from '../siteverify/request.ts'
import { type IdempotencyKey, IdempotentAnswers, KEEP_ANSWER_MS } from '../verify/idempotency.ts'
import { judgeToken, type TokenParts } from '../verify/judge-token.ts'
import type { PipelineParts } from '../verify/pipeline.ts'

type Parts = TokenParts & Pick<PipelineParts, 'state' | 'store' | 'metrics'>

/**
 * `POST /v1/siteverify`: judges a token alone, in the form of reCAPTCHA and Turnstile, so that code written for them
 * moves by changing the address. Their faults are answers with 200 too. The token counts once, here and at
 * `/v1/verify` together.
 */
export function siteverifyHandler(sites: Sites, parts: Parts): Handler {
  const idempotent = new IdempotentAnswers(parts.store.reader)
  return async request => {
    const { secret, response, idempotency_key: key } = siteverifyRequest(request)
    if (!secret) return reply(refusal('missing-input-secret'))
    const holder = sites.bySecretKey(secret, Date.now())
    if (!holder) return reply(refusal('invalid-input-secret'))
    if (!response) return reply(refusal('missing-input-response'))
    if (!key) return reply(await judge(holder, response, Date.now(), parts))
    // No key of an Idempotency-Key header has a space, so the two never meet.
    const kept = {
      siteId: holder.site.id,
      key: `siteverify ${key}`,
      bodyHash: hash('sha256', response, 'hex'),
    }
    const nowMs = Date.now()
    try {
      const { answer } = await idempotent.answer(kept, nowMs, async () =>
        JSON.stringify(await judge(holder, response, nowMs, parts, kept)),
      )
      return { status: 200, headers: { 'content-type': 'application/json' }, body: answer }
    } catch (error) {
      if (error instanceof Problem && error.code === 'idempotency_conflict')
        return reply(refusal('bad-request'))
      throw error
    }
  }
}

const reply = (answer: SiteverifyAnswer): Reply => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(answer),
})

/** The answer leaves after the use of the token is durable. */
async function judge(
  holder: KeyHolder,
  token: string,
  nowMs: number,
  parts: Parts,
  kept?: IdempotencyKey,
): Promise<SiteverifyAnswer> {
  const { state, store, metrics } = parts
  const judged = await judgeToken(holder, token, { action: null, order: null }, nowMs, parts)
  const { singleUse } = judged
  const usedToken = singleUse !== null && state.singleUse.reserve(singleUse) ? singleUse : null
  const verdict = singleUse !== null && usedToken === null ? replayed(judged) : judged
  const answer = siteverifyAnswer(verdict, nowMs)
  const keptAnswer = kept
    ? { ...kept, answer: JSON.stringify(answer), expiresAtMs: nowMs + KEEP_ANSWER_MS }
    : null
  try {
    if (usedToken || keptAnswer) await store.commitTokenUse({ usedToken, keptAnswer })
  } catch (error) {
    if (usedToken) state.singleUse.release(usedToken)
    throw error
  }
  metrics.tokenJudged(verdict.facts.status)
  return answer
}
