import { encodeSignals, type Signals } from '../contract/signals.ts'
import { readVisitorOnce } from '../device/client.ts'
import { type ResolvedOptions, type TokenRequest, tokenRequestFault } from '../options.ts'
import type { PackFiles } from '../pack-files.ts'
import { within } from '../page/idle.ts'
import type { Session } from '../page/session.ts'
import type { Store } from '../page/storage.ts'
import { createPreScoreClient } from '../prescore/client.ts'
import { allowedSignals } from '../signals/allowed.ts'
import { READERS } from '../signals/index.ts'
import { readSignals } from '../signals/read.ts'
import { createChallengeSource } from './challenge.ts'
import { fillForms } from './form.ts'
import { type HeldKey, openKey } from './key.ts'
import { indexedDbKeyStore } from './key-store.ts'
import { makeToken, type Visitor } from './make.ts'

/** Bounds of the steps that can hang, counted from the call of `token()`; what is late is left out of the token. */
const KEY_WITHIN_MS = 800
const NONCE_WITHIN_MS = 800
const SCORE_WITHIN_MS = 1_200
const VISITOR_WITHIN_MS = 1_000
const MERCADO_PAGO_WITHIN_MS = 1_000

/** Makes tokens; it loads when the shopper comes near a payment. */
export interface Issuer {
  /** Gets key, challenge, pre-score and visitor id ready; never throws. */
  warm(): void
  /**
   * A token, '' when the request is not one. Rejects when there is no WebCrypto.
   *
   * @param calledMs when `token()` was called, by `performance.now()`
   */
  issue(request: TokenRequest, calledMs: number): Promise<string>
  /** Drops the nonce of a session that ended. */
  renew(): void
  close(): void
}

export interface IssuerParts {
  readonly options: ResolvedOptions
  readonly files: PackFiles
  readonly store: Store
  readonly session: Session
  readonly consent: 'essential' | 'full'
  readonly gpc: boolean
  /** What the page's collectors counted. */
  collected(): Signals
  /** Resolves when no key is being erased any more. */
  ready(): Promise<unknown>
}
export type CreateIssuer = (parts: IssuerParts) => Issuer

export const createIssuer: CreateIssuer = parts => {
  const { options, files, store, session, consent, gpc } = parts
  const challenges = createChallengeSource(
    signal => requestChallenge(options, signal),
    () => performance.now(),
    Date.now,
  )
  const prescore = createPreScoreClient(
    files,
    id => `${options.baseUrl}/sdk/prescore/${encodeURIComponent(id)}.json`,
  )
  let held: Promise<HeldKey> | undefined
  const key = () => {
    // Storage that is asked while another tab holds it may not answer: then a key in memory has to do.
    const kept = consent === 'full' ? indexedDbKeyStore : undefined
    held ??= within(
      parts.ready().then(() => openKey(kept)),
      KEY_WITHIN_MS,
      null,
    ).then(opened => opened ?? openKey(undefined))
    return held
  }
  let reading: Promise<Visitor | null> | undefined
  const visitor = () => {
    reading ??= consent === 'full' ? readVisitorOnce(files, session) : Promise.resolve(null)
    return reading
  }
  const issuer: Issuer = {
    warm() {
      void key().catch(() => {})
      void visitor()
      void challenges.peek().then(challenge => {
        if (challenge?.modelId) prescore.warm(challenge.modelId)
      })
    },
    async issue(request, calledMs) {
      const fault = tokenRequestFault(request)
      if (fault !== undefined) {
        console.warn(`Atalaya: ${fault}`)
        return ''
      }
      const bounded = <T>(promise: Promise<T>, untilMs: number) =>
        within(promise, calledMs + untilMs - performance.now(), null)
      const keyReady = key()
      const mercadoPago = mercadoPagoHash(parts, calledMs)
      // A token that nothing announced does not wait for the device pack to load and run; the next one will have it.
      const announced = reading !== undefined || session.note() !== ''
      const visiting = announced ? bounded(visitor(), VISITOR_WITHIN_MS) : null
      const challenge = await bounded(challenges.take(), NONCE_WITHIN_MS)
      const signals = allowedSignals(
        { ...parts.collected(), ...readSignals(READERS, consent, store) },
        consent,
      )
      const vector = encodeSignals(signals)
      const modelId = challenge?.modelId ?? null
      const scoring = modelId === null ? Promise.resolve(null) : prescore.score(vector, modelId)
      const [score, visit, heldKey, mercadoPagoId] = await Promise.all([
        bounded(scoring, SCORE_WITHIN_MS),
        visiting,
        keyReady,
        bounded(mercadoPago, MERCADO_PAGO_WITHIN_MS),
      ])
      const token = await makeToken({
        siteKey: options.siteKey,
        audience: options.audience,
        origin: location.origin,
        action: request.action,
        order: request.order,
        nonce: challenge?.nonce ?? null,
        sessionId: session.id(),
        issuedAtMs: Date.now() + challenges.offsetMs(),
        vector,
        preScore: score === null || modelId === null ? null : { score, modelId },
        held: heldKey,
        consent,
        gpc,
        visitor: visit,
        mercadoPago: mercadoPagoId,
      })
      void visitor()
      return token
    },
    renew() {
      challenges.drop()
      challenges.prefetch()
    },
    close() {
      stopFilling()
      prescore.close()
    },
  }
  const stopFilling = fillForms(request => issuer.issue(request, performance.now()))
  return issuer
}

/** The hash of Mercado Pago's device id, where the shop asked for the plug-in. */
async function mercadoPagoHash({ options, files }: IssuerParts, calledMs: number): Promise<string | null> {
  const { mercadopago } = options.given
  if (!mercadopago) return null
  const read = await files.load('mercadopago')
  const leftMs = calledMs + MERCADO_PAGO_WITHIN_MS - performance.now()
  return read(mercadopago === true ? {} : mercadopago, leftMs)
}

async function requestChallenge(options: ResolvedOptions, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(`${options.baseUrl}/v1/challenge`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ siteKey: options.siteKey }),
    credentials: 'omit',
    signal,
  })
  return response.ok ? response.json() : null
}
