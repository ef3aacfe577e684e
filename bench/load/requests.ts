import { randomBytes } from 'node:crypto'
import {
  createDeviceKey,
  createPreScorer,
  type DeviceKey,
  encodeSignals,
  orderBinding,
  type PreScoreModel,
  SIGNAL_SCHEMA_ID,
  type SignalVector,
  signToken,
} from '@atalaya/client/contract'
import { openSecrets, openSites } from '../../packages/server/src/sites/index.ts'
import { issueNonce } from '../../packages/server/src/token/nonce.ts'

const shopOrigin = 'https://shop.example'
const action = 'checkout'

/** A site of a fresh installation, and what the benchmark needs to act as its shop and its shoppers. */
export interface BenchSite {
  readonly publishableKey: string
  readonly secretKey: string
  readonly nonceKey: Uint8Array
}

/** Makes the secrets and a site in an empty data folder, as the service would at its first start. */
export function createSite(dataFolder: string): BenchSite {
  const { nonceKey } = openSecrets(dataFolder)
  const terms = { currency: 'PEN', timeZone: 'America/Lima', country: 'PE' }
  const created = openSites(dataFolder).add({ name: 'Bench', origins: [shopOrigin], ...terms })
  return { publishableKey: created.site.publishableKey, secretKey: created.secretKey, nonceKey }
}

interface Session {
  readonly signals: SignalVector
  readonly prescore: number | null
}

/** Sessions of different length and haste, each with its own pre-score. */
function makeSessions(count: number, model: PreScoreModel | null): Session[] {
  const scorer = model ? createPreScorer(model) : null
  return Array.from({ length: count }, (_, index) => {
    const signals = encodeSignals({
      session_duration_ms: 20_000 + 3_000 * index,
      visible_duration_ms: 18_000 + 2_500 * index,
      page_views: 2 + (index % 9),
      product_impressions: 10 + (index % 40),
      product_clicks: 1 + (index % 6),
      cart_adds: 1 + (index % 3),
      first_add_ms: 9_000 + 500 * index,
      add_to_pay_ms: 6_000 + 900 * index,
      checkout_ms: 5_000 + 800 * index,
      device_class: 1 + (index % 2),
      storage_available: 1,
      pointer_moves: 40 + (index % 300),
      key_count: 20 + (index % 60),
    })
    return { signals, prescore: scorer ? scorer(signals) : null }
  })
}

/** Shoppers who come back with another device each time, when every request has a new key. */
const SHOPPERS = 2_000

/** Makes bodies of `POST /v1/verify`, each with a fresh nonce, order and signed token. */
export class RequestPool {
  readonly #site: BenchSite
  readonly #audience: string
  readonly #model: PreScoreModel | null
  readonly #sessions: readonly Session[]
  readonly #keys: DeviceKey[] = []
  #next = 0

  /**
   * @param audience origin of the service
   * @param model the pre-score model in force, or null when there is none
   */
  constructor(site: BenchSite, audience: string, model: PreScoreModel | null) {
    this.#site = site
    this.#audience = audience
    this.#model = model
    this.#sessions = makeSessions(200, model)
  }

  /** @param keys device keys to choose from; `count` or more gives every request a key never seen before */
  async make(count: number, keys: number): Promise<string[]> {
    const isFresh = keys >= count
    const kept = this.#keys
    while (!isFresh && kept.length < keys) kept.push(await createDeviceKey())
    const bodies: string[] = []
    for (let index = 0; index < count; index++) {
      const key = isFresh ? await createDeviceKey() : kept[index % keys]
      if (key) bodies.push(await this.#body(key, this.#next % (isFresh ? SHOPPERS : keys)))
    }
    return bodies
  }

  /** An order of one of the shoppers, each with an account, a card, an address and mostly a device of their own. */
  async #body(key: DeviceKey, shopper: number): Promise<string> {
    const number = this.#next++
    const amountMinor = 2_000 + ((number * 7919) % 28_000)
    const order = { id: `order-${number}`, amountMinor, currency: 'PEN' }
    const nowMs = Date.now()
    const session = this.#sessions[number % this.#sessions.length]
    const { publishableKey, nonceKey } = this.#site
    const nonce = issueNonce(
      { siteKey: publishableKey, origin: shopOrigin },
      nowMs,
      randomBytes(16),
      nonceKey,
    )
    const iat = Math.floor(nowMs / 1000)
    const token = await signToken(
      {
        ...{ v: 1, iss: publishableKey, aud: this.#audience, origin: shopOrigin, act: action, nonce },
        ...{ jti: randomBytes(16).toString('base64url'), iat, exp: iat + 300, sid: `session-${number}` },
        ob: await orderBinding(order),
        ...{ fs: SIGNAL_SCHEMA_ID, f: [...(session?.signals ?? [])] },
        ...{ ps: session?.prescore ?? null, pm: this.#model?.id ?? null },
        ...{ ks: 'kept', cm: 'full', gpc: false, sv: 'bench' },
      },
      key,
    )
    const account = `account-${shopper}`
    return JSON.stringify({
      token,
      action,
      remoteIp: `190.232.${shopper >> 8}.${shopper % 256}`,
      transaction: {
        ...order,
        account: { id: account, createdAtMs: nowMs - 90 * 86_400_000, email: `${account}@correo.example` },
        payment: {
          method: 'card',
          cardFingerprint: `card-${shopper}`,
          bin: '455788',
          issuerCountry: 'PE',
        },
        items: [
          {
            id: 'p-1',
            category: 'electronics',
            priceMinor: order.amountMinor,
            seller: `seller-${number % 50}`,
          },
        ],
        shipping: { country: 'PE', region: 'Lima' },
      },
    })
  }
}
