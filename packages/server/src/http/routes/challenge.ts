import { randomBytes } from 'node:crypto'
import { ChallengeRequestSchema, type ChallengeResponse, NONCE_LIFE_MS } from '@atalaya/client/contract'
import { Compile } from 'typebox/compile'
import type { Sites } from '../../sites/index.ts'
import { issueNonce } from '../../token/nonce.ts'
import { jsonBody } from '../body.ts'
import { corsHeaders } from '../cors.ts'
import { type Handler, json } from '../exchange.ts'
import { Problem } from '../problem.ts'

const requestSchema = Compile(ChallengeRequestSchema)

export interface ChallengeParts {
  readonly sites: Sites
  readonly nonceKey: Uint8Array
  /** Origins of pages that this service itself serves for its sites. */
  readonly ownPages: ReadonlySet<string>
  /** Pre-score model that pages are to use. */
  readonly prescoreModelId: string | null
}

/** `POST /v1/challenge`: gives a page of the site a nonce for one token. Nothing is remembered. */
export function challengeHandler({ sites, nonceKey, ownPages, prescoreModelId }: ChallengeParts): Handler {
  return request => {
    const { origin } = request.headers
    const { siteKey } = jsonBody(request, requestSchema)
    const site = sites.byPublishableKey(siteKey)?.site
    if (!site) throw new Problem('site_key_unknown', { pointer: '/siteKey' })
    if (origin === undefined) throw new Problem('origin_missing')
    if (!site.origins.includes(origin) && !ownPages.has(origin)) throw new Problem('origin_not_allowed')
    const nowMs = Date.now()
    const answer: ChallengeResponse = {
      nonce: issueNonce({ siteKey, origin }, nowMs, randomBytes(16), nonceKey),
      expiresAtMs: nowMs + NONCE_LIFE_MS,
      serverTimeMs: nowMs,
      config: { prescoreModelId },
    }
    return json(
      answer,
      200,
      corsHeaders(origin, () => true),
    )
  }
}
