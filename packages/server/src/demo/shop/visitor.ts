import { randomBytes } from 'node:crypto'
import type { Request, Response } from 'express'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { productById } from './catalogue.ts'

const VisitorSchema = Type.Object(
  {
    cart: Type.Record(Type.String({ maxLength: 64 }), Type.Integer({ minimum: 1, maximum: 20 }), {
      maxProperties: 30,
    }),
    shopper: Type.String({ minLength: 1, maxLength: 40 }),
    connection: Type.Union([Type.Literal('lima'), Type.Literal('abroad'), Type.Literal('hosting')]),
    language: Type.Union([Type.Literal('es'), Type.Literal('en')]),
    consent: Type.Union([Type.Literal('full'), Type.Literal('essential'), Type.Literal('off')]),
    attempt: Type.Integer({ minimum: 0, maximum: 1000 }),
  },
  { additionalProperties: false },
)
const check = Compile(VisitorSchema)

/** What the demo shop remembers of its visitor, all of it in one cookie. */
export type Visitor = Static<typeof VisitorSchema>
export type Language = Visitor['language']

const COOKIE = 'qhatu'
const fresh = (): Visitor => ({
  cart: {},
  shopper: 'rosa',
  connection: 'lima',
  language: 'es',
  consent: 'full',
  attempt: 0,
})

/** The visitor of a request; a cookie that does not fit starts anew. */
export function visitorOf(request: Request): Visitor {
  const cookie = request.headers.cookie?.split(/;\s*/).find(pair => pair.startsWith(`${COOKIE}=`))
  if (!cookie) return fresh()
  try {
    const value: unknown = JSON.parse(
      Buffer.from(cookie.slice(COOKIE.length + 1), 'base64url').toString('utf8'),
    )
    return check.Check(value) ? value : fresh()
  } catch {
    return fresh()
  }
}

export function remember(response: Response, visitor: Visitor): void {
  response.cookie(COOKIE, Buffer.from(JSON.stringify(visitor)).toString('base64url'), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/shop',
  })
}

/** A shopper id nobody has used, for the "new account" choice. */
export const newShopperId = (): string => `nuevo-${randomBytes(4).toString('hex')}`

/** The products of a cart with their quantities; ids the catalogue no longer has are left out. */
export function cartLines(visitor: Visitor) {
  return Object.entries(visitor.cart).flatMap(([id, quantity]) => {
    const product = productById(id)
    return product ? [{ product, quantity }] : []
  })
}

/** Total of a cart in céntimos. */
export const cartTotalMinor = (visitor: Visitor): number =>
  cartLines(visitor).reduce((sum, line) => sum + line.product.priceMinor * line.quantity, 0)
