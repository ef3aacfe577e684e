import type { OrderReference, TokenClaims } from '@atalaya/client/contract'
import { newOrder, post, type Shop, Shopper } from '../service-shopper.ts'
import { parts } from '../support/token-mutations.ts'
import type { World } from './world.ts'

/** What became of an order, with what only the merchant may read of it. */
export interface Judged {
  readonly id: string
  readonly status: number
  /** `ok`, or for example `malformed (header_alg)`. */
  readonly token: string
  readonly decision: string
  /** Ids of the rules that fired. */
  readonly rules: readonly string[]
  readonly features: Readonly<Record<string, unknown>>
  // biome-ignore lint/suspicious/noExplicitAny: envelopes are looked into freely by attacks
  readonly envelope: any
}

/** What is sent beyond token and order. */
export interface Ask {
  readonly token?: string | null | undefined
  readonly order?: OrderReference
  readonly action?: string
  /** Fields of the transaction. */
  readonly transaction?: Readonly<Record<string, unknown>>
  readonly remoteIp?: string
  readonly headers?: Readonly<Record<string, string>>
}

export const secretOf = (shop: Shop) => ({ authorization: `Bearer ${shop.secretKey}` })

let accounts = 0
/** An account that ordered nothing yet. */
export const newAccount = () => {
  accounts += 1
  return `account-${accounts}`
}

/** Asks for a decision as the merchant's server does, and reads it back in full. */
export async function ask(shop: Shop, { token, order = newOrder(), ...more }: Ask): Promise<Judged> {
  const { status, body } = await post(
    `${shop.url}/v1/verify`,
    {
      ...(token !== undefined && { token }),
      ...(more.action !== undefined && { action: more.action }),
      ...(more.remoteIp !== undefined && { remoteIp: more.remoteIp }),
      transaction: { ...order, account: { id: newAccount() }, ...more.transaction },
    },
    { ...secretOf(shop), ...more.headers },
  )
  if (status !== 200) {
    const token = `${status} ${body.code}`
    return { id: '', status, token, decision: '', rules: [], features: {}, envelope: null }
  }
  const stored = await read(shop, body.id)
  const detail = stored.tokenDetail === null ? '' : ` (${stored.tokenDetail})`
  return {
    ...{ id: body.id, status, token: body.token.status + detail, decision: body.decision },
    rules: body.rules.map(({ id }: { readonly id: string }) => id),
    ...{ features: stored.decision.features, envelope: stored.envelope },
  }
}

export async function read(shop: Shop, id: string) {
  const answer = await fetch(`${shop.url}/v1/decisions/${id}`, { headers: secretOf(shop) })
  return answer.json()
}

/** Tells the service what happened to a payment. */
export const tell = (shop: Shop, path: 'events' | 'labels', body: unknown) =>
  post(`${shop.url}/v1/${path}`, body, secretOf(shop))

/** An honest token for an order, and its claims. */
export async function honest(
  { shop }: Pick<World, 'shop'>,
  order: OrderReference,
  change: Partial<TokenClaims> = {},
): Promise<{ readonly token: string; readonly claims: TokenClaims }> {
  const token = await (await Shopper.visit(shop)).token(order, change)
  return { token, claims: JSON.parse(Buffer.from(parts(token)[1], 'base64url').toString()) as TokenClaims }
}

/** Whether the service still answers and takes traffic. */
export async function isReady({ url }: Pick<Shop, 'url'>): Promise<boolean> {
  return (await fetch(`${url}/readyz`)).ok
}
