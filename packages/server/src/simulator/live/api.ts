import {
  type ChallengeResponse,
  createPreScorer,
  type PreScoreModel,
  type SignalVector,
} from '@atalaya/client/contract'
import type { Outcome } from '../../decide/types.ts'
import type { OutcomeType } from '../../events/lifecycle.ts'
import type { Transaction } from '../../events/transaction.ts'

/** Where the service is and with which keys it is asked: what a shop and its pages know. */
export interface ShopConnection {
  /** Origin of the service, for example `http://127.0.0.1:8787`. */
  readonly endpoint: string
  readonly siteKey: string
  readonly secretKey: string
  /** Origin of the shop's pages. */
  readonly origin: string
}

/** The service refused or could not be reached. */
export class LiveRequestError extends Error {
  readonly code = 'live_request_failed'
}

const TIMEOUT_MS = 10_000

/** The requests that a page and its merchant make. */
export class LiveApi {
  readonly connection: ShopConnection
  readonly #signal: AbortSignal
  readonly #scorers = new Map<string, Promise<(vector: SignalVector) => number>>()

  constructor(connection: ShopConnection, signal: AbortSignal) {
    this.connection = connection
    this.#signal = signal
  }

  /** `POST /v1/challenge`, as a page of the shop. */
  async challenge(): Promise<ChallengeResponse> {
    const { siteKey, origin } = this.connection
    return (await this.#post('/v1/challenge', { siteKey }, { origin })) as ChallengeResponse
  }

  /** `POST /v1/verify`, as the merchant. @returns what to do with the payment */
  async verify(request: {
    readonly token: string | null
    readonly transaction: Transaction
    readonly remoteIp: string | null
  }): Promise<{ readonly id: string; readonly decision: Outcome }> {
    const answer = await this.#post(
      '/v1/verify',
      { ...request, action: 'checkout' },
      { ...this.#secret(), 'idempotency-key': request.transaction.id },
    )
    return answer as { readonly id: string; readonly decision: Outcome }
  }

  /** `POST /v1/events`, as the merchant. @param occurredAtMs UTC epoch ms */
  async tell(decisionId: string, type: OutcomeType, occurredAtMs: number): Promise<void> {
    await this.#post('/v1/events', { decisionId, type, occurredAtMs }, this.#secret())
  }

  /** The pre-score network in force, fetched once as pages do. */
  scorer(modelId: string): Promise<(vector: SignalVector) => number> {
    const known = this.#scorers.get(modelId)
    if (known) return known
    const fetched = this.#fetch(`/sdk/prescore/${modelId}.json`, {}).then(async response =>
      createPreScorer((await response.json()) as PreScoreModel),
    )
    this.#scorers.set(modelId, fetched)
    fetched.catch(() => this.#scorers.delete(modelId))
    return fetched
  }

  #secret() {
    return { authorization: `Bearer ${this.connection.secretKey}` }
  }

  async #post(path: string, body: unknown, headers: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await this.#fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    return response.json()
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT_MS)])
    const response = await fetch(new URL(path, this.connection.endpoint), { ...init, signal })
    if (response.ok) return response
    throw new LiveRequestError(
      `${path} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
    )
  }
}
