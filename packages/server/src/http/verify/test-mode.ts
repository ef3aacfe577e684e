import { randomBytes } from 'node:crypto'
import { DECISIONS, type Outcome, REASON_CODES } from '../../decide/index.ts'
import { TOKEN_STATUSES, type TokenStatus } from '../../events/session.ts'
import type { Site } from '../../sites/index.ts'
import type { KeptAnswer } from '../../store/index.ts'
import { replayed, type TokenVerdict } from '../../token/verify.ts'
import { Problem } from '../problem.ts'
import type { VerifyAnswer } from './answer.ts'
import { judgeToken } from './judge-token.ts'
import type { PipelineParts } from './pipeline.ts'
import { DEFAULT_ACTION, type VerifyRequest } from './request.ts'

/** What values begin with that ask a test key for an outcome or a token status. */
const TEST_VALUE = 'atalaya_test_'
const TEST_TOKEN = `${TEST_VALUE}token_`
const MINUTE_MS = 60_000

/** A live key must not be asked for an outcome. @throws {Problem} `test_value_refused` naming the field */
export function refuseTestValues({ token, transaction }: VerifyRequest): void {
  if (token?.startsWith(TEST_VALUE)) throw new Problem('test_value_refused', { pointer: '/token' })
  if (transaction.account.id.startsWith(TEST_VALUE))
    throw new Problem('test_value_refused', { pointer: '/transaction/account/id' })
}

/**
 * Answers a test key: the outcome that `account.id` asks for (`atalaya_test_deny`), otherwise `allow`; the token's
 * status that the token asks for (`atalaya_test_token_expired`), otherwise the token is judged and used up as a live
 * one is. Nothing enters the history, and the decision cannot be read back.
 *
 * @throws {Problem} `invalid_request` for a test value that is none
 */
export async function testAnswer(
  site: Site,
  { token, transaction, action = DEFAULT_ACTION }: VerifyRequest,
  parts: PipelineParts,
  keep?: (answer: VerifyAnswer) => KeptAnswer,
): Promise<VerifyAnswer> {
  const nowMs = Date.now()
  const outcome = wanted(transaction.account.id, TEST_VALUE, DECISIONS, '/transaction/account/id') ?? 'allow'
  const status = wanted(token, TEST_TOKEN, TOKEN_STATUSES, '/token')
  const { id, amountMinor, currency } = transaction
  const order = { action, order: { id, amountMinor, currency } }
  const judged = status ? null : await judgeToken({ site, mode: 'test' }, token, order, nowMs, parts)
  const { singleUse } = judged ?? {}
  const usedToken = singleUse && parts.state.singleUse.reserve(singleUse) ? singleUse : null
  const verdict = judged && singleUse && !usedToken ? replayed(judged) : judged
  const answer = answerOf(outcome, status ?? verdict ?? 'absent', transaction.payment?.method, nowMs)
  const keptAnswer = keep?.(answer) ?? null
  try {
    if (usedToken || keptAnswer) await parts.store.commitTokenUse({ usedToken, keptAnswer })
  } catch (error) {
    if (usedToken) parts.state.singleUse.release(usedToken)
    throw error
  }
  return answer
}

/** The word a test value asks for; `undefined` for what is no test value. */
function wanted<T extends string>(
  text: string | null | undefined,
  prefix: string,
  words: readonly T[],
  pointer: string,
): T | undefined {
  if (!text?.startsWith(prefix)) return undefined
  const word = words.find(known => text === prefix + known)
  if (word === undefined)
    throw new Problem('invalid_request', {
      detail: `a test value here is ${words.map(known => prefix + known).join(', ')}`,
      pointer,
    })
  return word
}

/** Scores as such decisions have; they are the same each time, so that a shop's own tests can rely on them. */
const SCORES: Readonly<Record<Outcome, number>> = { allow: 0.001, challenge: 0.05, review: 0.4, deny: 0.95 }

function answerOf(
  decision: Outcome,
  token: TokenStatus | TokenVerdict,
  method: string | undefined,
  nowMs: number,
): VerifyAnswer {
  const facts = typeof token === 'string' ? null : token.facts
  const client = facts?.clientPrescore ?? null
  const server = facts?.serverPrescore ?? null
  const { merchantCode, merchant } = REASON_CODES.amount_unusual
  return {
    id: `test_${randomBytes(15).toString('base64url')}`,
    decision,
    score: SCORES[decision],
    reasons: decision === 'allow' ? [] : [{ code: merchantCode, text: { es: merchant.es, en: merchant.en } }],
    rules: [],
    token: {
      status: typeof token === 'string' ? token : token.facts.status,
      key: facts?.keyState ?? null,
      device: null,
    },
    prescore: {
      ...{ client, server },
      match: client === null || server === null ? null : Object.is(client, server),
    },
    expectedLoss: null,
    versions: { model: 'test', policy: 'test', rules: 'test', features: 'test', prescore: null },
    degraded: [],
    challenge:
      decision !== 'challenge'
        ? []
        : method === undefined || method === 'card'
          ? ['three_d_secure', 'one_time_code']
          : ['one_time_code', 'document_check'],
    review: decision === 'review' ? { deadlineAtMs: nowMs + 60 * MINUTE_MS, defaultAction: 'allow' } : null,
  }
}
