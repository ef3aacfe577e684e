import {
  MAX_TOKEN_BYTES,
  MAX_TOKEN_LIFE_S,
  type OrderReference,
  SIGNAL_SCHEMA_ID,
  type SignalVector,
  signalVectorFault,
  type TokenClaims,
  TokenClaimsSchema,
} from '@atalaya/client/contract'
import { Compile } from 'typebox/compile'
import { emptySession, type SessionFacts, type TokenStatus } from '../events/session.ts'
import { splitCompact } from './compact.ts'
import { readHeader } from './header.ts'
import { type Nonce, readNonce } from './nonce.ts'
import { orderBindingNow } from './order.ts'
import { type SignatureVerifier, thumbprintOf } from './signature.ts'

/** How far a page's clock, corrected by the service's time, may still be off. */
const CLOCK_TOLERANCE_S = 60

const claimsSchema = Compile(TokenClaimsSchema)

/**
 * The service's own pre-score of a vector by the model a token names (`null`: the model in force).
 * `undefined` when the model is not known; the caller leaves the function out when there is no model at all.
 */
export type RecomputePrescore = (
  modelId: string | null,
  vector: SignalVector,
) => { readonly modelId: string; readonly score: number } | undefined

/** What a token is held against. */
export interface TokenExpectation {
  readonly siteKey: string
  /** Origins of the site's pages. */
  readonly origins: ReadonlySet<string>
  /** Origins under which this service is reached. */
  readonly audiences: ReadonlySet<string>
  /** Null takes a token for any action. */
  readonly action: string | null
  /** Null takes a token that is bound to any order. */
  readonly order: OrderReference | null
}

export interface TokenContext {
  readonly nowMs: number
  readonly nonceKey: Uint8Array
  readonly signatures: SignatureVerifier
  readonly prescore?: RecomputePrescore
}

/** What one token may be used for only once, and how long that has to be remembered. */
export interface SingleUse {
  readonly nonceId: string
  readonly jti: string
  readonly expiresAtMs: number
}

/**
 * What became of a token.
 *
 * @property detail short machine-readable cause, for example `nonce_origin`; null for `ok` and `absent`
 * @property thumbprint RFC 7638, only of a key whose signature was good
 * @property claimed what a token with a good signature says of its page; null for others
 * @property singleUse what has to be reserved before the token counts; null when the token is refused anyway
 */
export interface TokenVerdict {
  readonly facts: SessionFacts
  readonly detail: string | null
  readonly thumbprint: string | null
  readonly visitorId: string | null
  /** Id of the shopping session, chosen by the page. */
  readonly sessionId: string | null
  readonly claimed: { readonly origin: string; readonly action: string } | null
  readonly singleUse: SingleUse | null
}

/**
 * Judges a behaviour token. When several things are wrong, the first of this order is the status, because each
 * later check means something only once the earlier ones hold:
 *
 * 1. `absent`: no token
 * 2. `malformed`: too long, not a compact JWS, a header other than the one allowed
 * 3. `bad_signature`: not signed by the embedded key, or that key is no point of the curve
 * 4. `malformed`: claims or signals that the SDK cannot have made, a life over 300 s
 * 5. `origin_mismatch`: another site, service or page origin than the site's, or than the nonce was issued to
 * 6. `nonce_missing`: no nonce, or none that this installation issued to this site
 * 7. `expired`: nonce over 10 minutes old, token past its `exp` or from the future
 * 8. `replayed`: set by the caller, who remembers what was used (see {@link replayed})
 * 9. `order_mismatch`: bound to another order, amount, currency or action
 * 10. `prescore_mismatch`: claims a pre-score that its own signals do not give, or of a model the service has never had
 * 11. `ok`
 *
 * Never throws for any token text.
 */
export async function verifyToken(
  token: string | null | undefined,
  expected: TokenExpectation,
  context: TokenContext,
): Promise<TokenVerdict> {
  if (token === null || token === undefined || token === '') return unsigned('absent', null)
  if (token.length > MAX_TOKEN_BYTES) return unsigned('malformed', 'too_long')
  const jws = splitCompact(token)
  if (!jws) return unsigned('malformed', 'not_compact_jws')
  const head = readHeader(jws.header)
  if ('fault' in head) return unsigned('malformed', head.fault)

  const thumbprint = thumbprintOf(head.header)
  if (!(await context.signatures.verify(jws, head.header, thumbprint))) return unsigned('bad_signature', null)

  const claims = parseClaims(Buffer.from(jws.payload, 'base64url'))
  if (!claimsSchema.Check(claims)) return unsigned('malformed', 'claims')
  const fault = claimsFault(claims)
  if (fault) return unsigned('malformed', fault)
  return judgeClaims(claims, thumbprint, expected, context)
}

/** The verdict on a token whose nonce or id was used before. */
export function replayed(verdict: TokenVerdict): TokenVerdict {
  return { ...verdict, facts: { ...verdict.facts, status: 'replayed' }, detail: 'used', singleUse: null }
}

function judgeClaims(
  claims: TokenClaims,
  thumbprint: string,
  expected: TokenExpectation,
  context: TokenContext,
): TokenVerdict {
  const reading =
    claims.nonce === null
      ? null
      : readNonce(
          claims.nonce,
          { siteKey: expected.siteKey, origin: claims.origin },
          context.nowMs,
          context.nonceKey,
        )
  const nonce = reading?.nonce ?? null
  const prescore = context.prescore?.(claims.pm, claims.f)
  const verdict = (status: TokenStatus, detail: string | null): TokenVerdict => ({
    facts: factsOf(claims, status, nonce, prescore, context.nowMs),
    detail,
    thumbprint,
    visitorId: claims.vid ?? null,
    sessionId: claims.sid,
    claimed: { origin: claims.origin, action: claims.act },
    singleUse:
      nonce && SINGLE_USE.has(status)
        ? { nonceId: nonce.id, jti: claims.jti, expiresAtMs: nonce.expiresAtMs }
        : null,
  })

  if (claims.iss !== expected.siteKey) return verdict('origin_mismatch', 'site')
  if (!expected.audiences.has(claims.aud)) return verdict('origin_mismatch', 'audience')
  if (!expected.origins.has(claims.origin)) return verdict('origin_mismatch', 'origin')
  if (reading === null) return verdict('nonce_missing', 'nonce_null')
  if ('fault' in reading) {
    if (reading.fault === 'nonce_origin') return verdict('origin_mismatch', reading.fault)
    return verdict(reading.fault === 'nonce_invalid' ? 'nonce_missing' : 'expired', reading.fault)
  }
  const nowS = context.nowMs / 1000
  if (claims.exp + CLOCK_TOLERANCE_S < nowS) return verdict('expired', 'exp')
  if (claims.iat - CLOCK_TOLERANCE_S > nowS) return verdict('expired', 'iat_in_future')
  if (expected.action !== null && claims.act !== expected.action) return verdict('order_mismatch', 'action')
  if (claims.ob !== null && expected.order && claims.ob !== orderBindingNow(expected.order)) {
    return verdict('order_mismatch', 'order')
  }
  if (claims.ps !== null && context.prescore) {
    if (!prescore || claims.pm === null) return verdict('prescore_mismatch', 'model_unknown')
    if (!Object.is(claims.ps, prescore.score)) return verdict('prescore_mismatch', 'score')
  }
  return verdict('ok', null)
}

/** A token that got as far as one of these has been used up, whatever it was used for. */
const SINGLE_USE: ReadonlySet<TokenStatus> = new Set(['ok', 'order_mismatch', 'prescore_mismatch'])

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parseClaims(payload: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(payload))
  } catch {
    return undefined
  }
}

/** What the claims' schema cannot say. */
function claimsFault(claims: TokenClaims): string | undefined {
  if (claims.fs !== SIGNAL_SCHEMA_ID) return 'signal_schema'
  if (signalVectorFault(claims.f) !== undefined) return 'signals'
  if (claims.exp < claims.iat || claims.exp - claims.iat > MAX_TOKEN_LIFE_S) return 'life'
  return undefined
}

function unsigned(status: TokenStatus, detail: string | null): TokenVerdict {
  return {
    facts: emptySession(status),
    detail,
    thumbprint: null,
    visitorId: null,
    sessionId: null,
    claimed: null,
    singleUse: null,
  }
}

function factsOf(
  claims: TokenClaims,
  status: TokenStatus,
  nonce: Nonce | null,
  prescore: ReturnType<RecomputePrescore>,
  nowMs: number,
): SessionFacts {
  return {
    status,
    signals: [...claims.f],
    keyState: claims.ks,
    consent: claims.cm,
    gpc: claims.gpc,
    clientPrescore: claims.ps,
    serverPrescore: prescore?.score ?? null,
    prescoreModel: prescore?.modelId ?? claims.pm,
    nonceAgeMs: nonce === null ? null : nowMs - nonce.issuedAtMs,
    clockSkewMs: clockSkewMs(claims.iat * 1000, nonce, nowMs),
    orderBound: claims.ob !== null,
    visitorConfidence: claims.vc ?? null,
    sdkVersion: claims.sv,
  }
}

/**
 * How far the page's clock is off, by the service's. The token was signed between the issue of its nonce and now, so
 * a signing time within that span (and the second it was rounded to) shows no skew; one outside it shows at least
 * the distance.
 */
function clockSkewMs(iatMs: number, nonce: Nonce | null, nowMs: number): number | null {
  if (nonce === null) return null
  if (iatMs > nowMs) return iatMs - nowMs
  return Math.min(0, iatMs + 999 - nonce.issuedAtMs)
}
