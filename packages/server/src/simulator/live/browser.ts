import { randomBytes, randomUUID } from 'node:crypto'
import {
  createDeviceKey,
  type DeviceKey,
  MAX_TOKEN_LIFE_S,
  orderBinding,
  SIGNAL_SCHEMA_ID,
  signToken,
} from '@atalaya/client/contract'
import type { HistoryRecord } from '../../records/record.ts'
import type { LiveApi } from './api.ts'

/** Plays simulated payments against the real service: with real keys, nonces, tokens and pre-scores. */
export class LiveBrowsers {
  readonly #api: LiveApi
  /** Real keys by the thumbprints that the simulated devices go by. */
  readonly #keys = new Map<string, DeviceKey>()

  constructor(api: LiveApi) {
    this.#api = api
  }

  /**
   * Pays as the record says: the merchant asks for a decision, takes the payment unless it was held or refused, and
   * tells what its payment provider answered.
   *
   * @param placedAtMs when the order says it was placed
   * @throws {LiveRequestError} when the service does not answer with a decision
   */
  async pay(record: HistoryRecord, placedAtMs: number): Promise<void> {
    const transaction = { ...record.transaction, createdAtMs: Math.round(placedAtMs) }
    const token = await this.#token(record)
    const { id, decision } = await this.#api.verify({ token, transaction, remoteIp: record.remoteIp })
    if (decision === 'deny' || decision === 'review') return
    const { declinedAtMs, receivedAtMs } = record
    const answeredAtMs = placedAtMs + (declinedAtMs === null ? 0 : declinedAtMs - receivedAtMs)
    await this.#api.tell(id, declinedAtMs === null ? 'authorised' : 'declined', Math.round(answeredAtMs))
  }

  async #token({ session, transaction, deviceThumbprint, visitorId }: HistoryRecord): Promise<string | null> {
    const { signals, consent, keyState } = session
    if (signals === null || consent === null || keyState === null || deviceThumbprint === null) return null
    const { connection } = this.#api
    const { nonce, serverTimeMs, config } = await this.#api.challenge()
    const scorer = config.prescoreModelId === null ? null : await this.#api.scorer(config.prescoreModelId)
    const known = this.#keys.get(deviceThumbprint)
    const key = known ?? (await createDeviceKey())
    if (keyState !== 'ephemeral') this.#keys.set(deviceThumbprint, key)
    const issuedAtS = Math.floor(serverTimeMs / 1000)
    return signToken(
      {
        v: 1,
        iss: connection.siteKey,
        aud: new URL(connection.endpoint).origin,
        origin: connection.origin,
        act: 'checkout',
        nonce,
        jti: randomBytes(16).toString('base64url'),
        iat: issuedAtS,
        exp: issuedAtS + MAX_TOKEN_LIFE_S,
        sid: randomUUID(),
        ob: await orderBinding(transaction),
        fs: SIGNAL_SCHEMA_ID,
        f: signals,
        ps: scorer?.(signals) ?? null,
        pm: scorer ? config.prescoreModelId : null,
        // A key of an earlier run of the demo is lost to us, as after clearing the browser's storage.
        ks: keyState === 'kept' && !known ? 'new' : keyState,
        cm: consent,
        gpc: session.gpc ?? false,
        sv: session.sdkVersion ?? '0.1.0',
        ...(visitorId !== null && { vid: visitorId, vc: session.visitorConfidence ?? 0.5 }),
      },
      key,
    )
  }
}
