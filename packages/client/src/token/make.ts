import type { TokenClaims } from '../contract/claims.ts'
import { MAX_TOKEN_LIFE_S } from '../contract/limits.ts'
import { type OrderReference, orderBinding } from '../contract/order.ts'
import { SIGNAL_SCHEMA_ID, type SignalVector } from '../contract/signals.ts'
import { signToken } from '../contract/token.ts'
import { randomId } from '../page/random-id.ts'
import { VERSION } from '../version.ts'
import type { HeldKey } from './key.ts'

/** FingerprintJS' answer. */
export interface Visitor {
  readonly id: string
  readonly confidence: number
}

/** All that goes into a token, as it came about on the page. */
export interface TokenFacts {
  readonly siteKey: string
  readonly audience: string
  readonly origin: string
  readonly action: string
  readonly order: OrderReference | undefined
  readonly nonce: string | null
  readonly sessionId: string
  /** Epoch ms, corrected to the service's clock where it is known: a page's own clock may be hours off. */
  readonly issuedAtMs: number
  readonly vector: SignalVector
  readonly preScore: { readonly score: number; readonly modelId: string } | null
  readonly held: HeldKey
  readonly consent: 'essential' | 'full'
  readonly gpc: boolean
  readonly visitor: Visitor | null
  /** SHA-256 of the Mercado Pago device id. */
  readonly mercadoPago: string | null
}

/** Fills the claims and signs them. */
export async function makeToken(facts: TokenFacts): Promise<string> {
  const iat = Math.floor(facts.issuedAtMs / 1000)
  const claims: TokenClaims = {
    v: 1,
    iss: facts.siteKey,
    aud: facts.audience,
    origin: facts.origin,
    act: facts.action,
    nonce: facts.nonce,
    jti: randomId(),
    iat,
    exp: iat + MAX_TOKEN_LIFE_S,
    sid: facts.sessionId,
    ob: facts.order ? await orderBinding(facts.order) : null,
    fs: SIGNAL_SCHEMA_ID,
    f: [...facts.vector],
    ps: facts.preScore?.score ?? null,
    pm: facts.preScore?.modelId ?? null,
    ks: facts.held.state,
    cm: facts.consent,
    gpc: facts.gpc,
    sv: VERSION,
  }
  if (facts.visitor) Object.assign(claims, { vid: facts.visitor.id, vc: facts.visitor.confidence })
  if (facts.mercadoPago !== null) claims.mp = facts.mercadoPago
  return signToken(claims, facts.held.key)
}
