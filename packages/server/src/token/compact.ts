/** A segment of whole base64url: no padding, and no bits set that the bytes do not have (RFC 4648, section 3.5). */
const SEGMENT = '(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?'
/** Header, payload, 64 bytes of signature: one spelling for each token. */
const COMPACT_JWS = new RegExp(`^${SEGMENT}\\.${SEGMENT}\\.[A-Za-z0-9_-]{85}[AQgw]$`)

/** The three parts of a compact JWS (RFC 7515, section 3.1), still encoded. */
export interface CompactJws {
  readonly header: string
  readonly payload: string
  readonly signature: string
  /** What is signed: header, dot, payload. */
  readonly signingInput: string
}

/**
 * Takes a compact JWS with a 64-byte signature apart. Every other spelling of the same bytes is refused, so that a
 * token is the same token only when its text is.
 */
export function splitCompact(token: string): CompactJws | undefined {
  if (!COMPACT_JWS.test(token)) return undefined
  const firstDot = token.indexOf('.')
  const lastDot = token.lastIndexOf('.')
  if (firstDot === 0 || lastDot === firstDot + 1) return undefined
  return {
    header: token.slice(0, firstDot),
    payload: token.slice(firstDot + 1, lastDot),
    signature: token.slice(lastDot + 1),
    signingInput: token.slice(0, lastDot),
  }
}
