import { TOKEN_TYPE } from '@atalaya/client/contract'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/**
 * 43 characters of base64url are the 32 bytes of a P-256 coordinate (RFC 7518, section 6.2.1.2). The last one carries
 * four of their bits: with any other spelling one key would have sixteen thumbprints.
 */
const coordinate = Type.String({ pattern: '^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$' })
const strict = { additionalProperties: false } as const

/**
 * The only protected header a behaviour token may have. Anything else is refused before a key is imported: `none`
 * and HMAC algorithms, RSA and symmetric keys, other curves, and every member that makes a verifier fetch or trust
 * something (`jku`, `x5u`, `x5c`, `kid`, `crit`, `b64`).
 */
const HeaderSchema = Type.Object(
  {
    alg: Type.Literal('ES256'),
    typ: Type.Literal(TOKEN_TYPE),
    jwk: Type.Object(
      { kty: Type.Literal('EC'), crv: Type.Literal('P-256'), x: coordinate, y: coordinate },
      strict,
    ),
  },
  strict,
)
const header = Compile(HeaderSchema)

export type TokenHeader = Static<typeof HeaderSchema>

/** Why a header is refused; `header_alg` and so on name the first member at fault. */
export type HeaderFault = 'header' | 'header_alg' | 'header_typ' | 'header_jwk' | 'header_member'

/** Reads the protected header of a compact JWS without any cryptography. */
export function readHeader(
  encoded: string,
): { readonly header: TokenHeader } | { readonly fault: HeaderFault } {
  const value = parseObject(encoded)
  if (value === undefined) return { fault: 'header' }
  if (header.Check(value)) return { header: value }
  if (Object.keys(value).some(member => member !== 'alg' && member !== 'typ' && member !== 'jwk')) {
    return { fault: 'header_member' }
  }
  if (value['alg'] !== 'ES256') return { fault: 'header_alg' }
  if (value['typ'] !== TOKEN_TYPE) return { fault: 'header_typ' }
  return { fault: 'header_jwk' }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function parseObject(encoded: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(Buffer.from(encoded, 'base64url')))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}
