import Type, { type Static } from 'typebox'
import type { TokenStatus } from '../../events/session.ts'
import type { TokenVerdict } from '../../token/verify.ts'

const ERROR_CODES = [
  'missing-input-secret',
  'invalid-input-secret',
  'missing-input-response',
  'invalid-input-response',
  'timeout-or-duplicate',
  'bad-request',
] as const
export type SiteverifyError = (typeof ERROR_CODES)[number]

/** What `POST /v1/siteverify` answers, always with 200, in the words of reCAPTCHA and Turnstile. */
export const SiteverifyAnswerSchema = Type.Object(
  {
    success: Type.Boolean({
      description: 'Whether the token is good, of this site and used for the first time',
    }),
    score: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1,
        description: '1 for a session like any good one, 0 for a fraudulent one; left out without signals',
      }),
    ),
    action: Type.Optional(Type.String({ description: 'What the page named in agent.token({ action })' })),
    hostname: Type.Optional(Type.String({ description: 'Host of the page that made the token' })),
    challenge_ts: Type.Optional(Type.String({ description: 'When its nonce was issued, ISO 8601' })),
    'error-codes': Type.Array(Type.Enum([...ERROR_CODES])),
  },
  { additionalProperties: false, description: 'Whether a token is good, without an order' },
)
export type SiteverifyAnswer = Static<typeof SiteverifyAnswerSchema>

export const refusal = (code: SiteverifyError): SiteverifyAnswer => ({
  success: false,
  'error-codes': [code],
})

const ERROR_OF: Readonly<Record<TokenStatus, SiteverifyError | null>> = {
  ok: null,
  absent: 'missing-input-response',
  malformed: 'invalid-input-response',
  bad_signature: 'invalid-input-response',
  origin_mismatch: 'invalid-input-response',
  nonce_missing: 'invalid-input-response',
  order_mismatch: 'invalid-input-response',
  prescore_mismatch: 'invalid-input-response',
  expired: 'timeout-or-duplicate',
  replayed: 'timeout-or-duplicate',
}

/** A verdict in those words. The score turns our risk round: theirs is high for the good. */
export function siteverifyAnswer({ facts, claimed }: TokenVerdict, nowMs: number): SiteverifyAnswer {
  const error = ERROR_OF[facts.status]
  const { serverPrescore: risk, nonceAgeMs } = facts
  return {
    success: error === null,
    ...(error === null && risk !== null && { score: 1 - risk }),
    ...(claimed && { action: claimed.action, ...hostname(claimed.origin) }),
    ...(nonceAgeMs !== null && { challenge_ts: new Date(nowMs - nonceAgeMs).toISOString() }),
    'error-codes': error === null ? [] : [error],
  }
}

/** An origin is only what a token says: its signer may have made it up. */
function hostname(origin: string): { readonly hostname?: string } {
  return URL.canParse(origin) ? { hostname: new URL(origin).hostname } : {}
}
