import { randomBytes } from 'node:crypto'
import {
  type ChallengeResponse,
  createDeviceKey,
  createPreScorer,
  type DeviceKey,
  encodeSignals,
  type OrderReference,
  orderBinding,
  type PreScoreModel,
  SIGNAL_SCHEMA_ID,
  type SignalVector,
  signToken,
  type TokenClaims,
} from '@atalaya/client/contract'

/** A merchant's shop: where the service is, and the keys it knows it by. */
export interface Shop {
  readonly url: string
  readonly origin: string
  readonly siteKey: string
  readonly secretKey: string
}

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by expectations
  readonly body: any
}

/** Sends JSON, or text that is meant not to be. */
export async function post(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

/** A browser with a device key of its own: it asks for nonces and signs tokens, as the SDK does. */
export class Shopper {
  readonly #shop: Shop
  readonly #key: DeviceKey
  readonly #score: ((vector: SignalVector) => number) | null
  readonly #modelId: string | null

  private constructor(shop: Shop, key: DeviceKey, model: PreScoreModel | null) {
    this.#shop = shop
    this.#key = key
    this.#score = model && createPreScorer(model)
    this.#modelId = model?.id ?? null
  }

  static async visit(shop: Shop): Promise<Shopper> {
    const { config } = await challenge(shop)
    const id = config.prescoreModelId
    const model =
      id === null
        ? null
        : ((await (await fetch(`${shop.url}/sdk/prescore/${id}.json`)).json()) as PreScoreModel)
    return new Shopper(shop, await createDeviceKey(), model)
  }

  /** A token for an order; `change` makes it lie. */
  async token(order: OrderReference, change: Partial<TokenClaims> = {}): Promise<string> {
    const { nonce, serverTimeMs } = await challenge(this.#shop)
    const f = [
      ...encodeSignals({ session_duration_ms: 95_000, page_views: 6, product_clicks: 2, cart_adds: 1 }),
    ]
    const iat = Math.floor(serverTimeMs / 1000)
    return signToken(
      {
        ...{
          v: 1,
          iss: this.#shop.siteKey,
          aud: this.#shop.url,
          origin: this.#shop.origin,
          act: 'checkout',
          nonce,
        },
        ...{ jti: randomBytes(16).toString('base64url'), iat, exp: iat + 300, sid: 'session-1' },
        ...{ ob: await orderBinding(order), fs: SIGNAL_SCHEMA_ID, f },
        ...{ ps: this.#score?.(f) ?? null, pm: this.#modelId },
        ...{ ks: 'kept', cm: 'full', gpc: false, sv: '0.1.0', ...change },
      },
      this.#key,
    )
  }
}

export async function challenge(shop: Shop): Promise<ChallengeResponse> {
  const { status, body } = await post(
    `${shop.url}/v1/challenge`,
    { siteKey: shop.siteKey },
    { origin: shop.origin },
  )
  if (status !== 200) throw new Error(`the challenge was answered with ${status}: ${JSON.stringify(body)}`)
  return body as ChallengeResponse
}

/** Asks for a decision, as the merchant's server does. */
export function verify(
  shop: Shop,
  token: string | null | undefined,
  order: OrderReference,
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const body = {
    token,
    action: 'checkout',
    remoteIp: '190.232.10.4',
    transaction: { ...order, account: { id: 'a-1' } },
  }
  return post(`${shop.url}/v1/verify`, body, { authorization: `Bearer ${shop.secretKey}`, ...headers })
}

let orders = 0

/** An order that was not placed before. */
export function newOrder(): OrderReference {
  orders += 1
  return { id: `order-${orders}`, amountMinor: 10_000 + orders, currency: 'PEN' }
}
