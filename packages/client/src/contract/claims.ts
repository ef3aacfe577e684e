import Type, { type Static } from 'typebox'
import { MAX_ID_LENGTH } from './limits.ts'
import { SIGNALS } from './signals.ts'

const id = (description: string) => Type.String({ minLength: 1, maxLength: MAX_ID_LENGTH, description })
const base64Url = (length: number, description: string) =>
  Type.String({ pattern: `^[A-Za-z0-9_-]{${length}}$`, description })

/** The claims of a behaviour token. Unknown claims are refused: a newer SDK needs a service that knows it. */
export const TokenClaimsSchema = Type.Object(
  {
    v: Type.Literal(1, { description: 'Version of the claims' }),
    iss: id('Publishable key of the site'),
    aud: Type.String({ minLength: 1, maxLength: 256, description: 'Origin of the service the token is for' }),
    origin: Type.String({
      minLength: 1,
      maxLength: 256,
      description: 'Origin of the page that made the token',
    }),
    act: id('Action the token is for, for example "checkout"'),
    nonce: Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Null()], {
      description: 'Challenge nonce of the service; null when the page could not reach it',
    }),
    jti: base64Url(22, 'Unique id of the token: 128 random bits'),
    iat: Type.Integer({
      minimum: 0,
      description: "Seconds since 1970 at signing, by the page's clock as the challenge corrected it",
    }),
    exp: Type.Integer({ minimum: 0, description: 'Seconds since 1970 at expiry, at most 300 s after iat' }),
    sid: id('Random id of the shopping session'),
    ob: Type.Union([base64Url(43, ''), Type.Null()], {
      description: 'Order binding: SHA-256 over order id, amount and currency; null when no order was given',
    }),
    fs: id('Id of the signal schema'),
    f: Type.Array(Type.Union([Type.Number(), Type.Null()]), {
      maxItems: 256,
      description: `Signal values in schema order (${SIGNALS.length} in the current schema), null where not collected`,
    }),
    ps: Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()], {
      description: 'Pre-score computed in the browser; null when none could be computed in time',
    }),
    pm: Type.Union([id(''), Type.Null()], { description: 'Id of the pre-score model that gave ps' }),
    ks: Type.Union([Type.Literal('new'), Type.Literal('kept'), Type.Literal('ephemeral')], {
      description: 'Whether the signing key is new, was kept from an earlier visit, or lives only in memory',
    }),
    cm: Type.Union([Type.Literal('essential'), Type.Literal('full')], {
      description: 'Consent mode in force',
    }),
    gpc: Type.Boolean({ description: 'Whether the browser asks for Global Privacy Control' }),
    sv: Type.String({ minLength: 1, maxLength: 32, description: 'Version of the SDK' }),
    vid: Type.Optional(id('FingerprintJS visitor id, with full consent only')),
    vc: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: 'Confidence of the visitor id' })),
    mp: Type.Optional(base64Url(43, 'SHA-256 of the Mercado Pago device id')),
  },
  { additionalProperties: false, description: 'Claims of a behaviour token' },
)
export type TokenClaims = Static<typeof TokenClaimsSchema>
export type KeyState = TokenClaims['ks']
export type ConsentMode = 'off' | TokenClaims['cm']
