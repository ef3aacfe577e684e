import type { KeyHolder } from '../../sites/index.ts'
import type { SignatureVerifier } from '../../token/signature.ts'
import { type TokenExpectation, type TokenVerdict, verifyToken } from '../../token/verify.ts'
import type { Judgement } from '../judgement.ts'

/** What judging a token needs of the service. */
export interface TokenParts {
  readonly engine: Judgement
  readonly signatures: SignatureVerifier
  readonly nonceKey: Uint8Array
  /** Origins under which this service is reached. */
  readonly audiences: ReadonlySet<string>
  /** Origins of pages that this service itself serves for its sites. */
  readonly ownPages: ReadonlySet<string>
}

/** Judges a token as one of a site's pages, made with the publishable key that goes with the secret one. */
export function judgeToken(
  { site, mode }: KeyHolder,
  token: string | null | undefined,
  { action, order }: Pick<TokenExpectation, 'action' | 'order'>,
  nowMs: number,
  { engine, audiences, ownPages, nonceKey, signatures }: TokenParts,
): Promise<TokenVerdict> {
  return verifyToken(
    token,
    {
      siteKey: mode === 'test' ? (site.testKeys?.publishableKey ?? '') : site.publishableKey,
      origins: new Set([...site.origins, ...ownPages]),
      ...{ audiences, action, order },
    },
    {
      ...{ nowMs, nonceKey, signatures },
      ...(engine.recomputePrescore && { prescore: engine.recomputePrescore }),
    },
  )
}
