import { randomFillSync } from 'node:crypto'
import type { Pseudonymise } from '../../base/pseudonym.ts'
import type { Envelope, Verdict } from '../../decide/index.ts'
import { type IpFacts, type PaymentEvent, toPaymentEvent } from '../../events/payment-event.ts'
import type { Logger, Metrics } from '../../monitoring/index.ts'
import { type Site, siteCurrencyConverter } from '../../sites/index.ts'
import type { ServiceState } from '../../state/index.ts'
import type { DecisionStore, JudgedDecision, KeptAnswer, NewDelivery } from '../../store/index.ts'
import { replayed, type TokenVerdict } from '../../token/verify.ts'
import type { WebhookType } from '../../webhooks/index.ts'
import { toAnswer } from './answer.ts'
import { judgeToken, type TokenParts } from './judge-token.ts'
import { DEFAULT_ACTION, type VerifyRequest } from './request.ts'

/** What the decision path needs of the service. */
export interface PipelineParts extends TokenParts {
  readonly state: ServiceState
  readonly store: DecisionStore
  readonly metrics: Metrics
  readonly logger: Logger
  readonly pseudonymise: Pseudonymise
  readonly lookupIp: (ip: string) => IpFacts
  /** Messages to the site's own webhooks. */
  readonly deliveriesFor: DeliveriesFor
  /** Told of every decision once it is durable. */
  readonly onStored: (stored: JudgedDecision) => void
}

/** Makes the messages to a site's webhooks that want this type; `data` is asked only when there are any. */
export type DeliveriesFor = (site: Site, type: WebhookType, data: () => unknown) => readonly NewDelivery[]

/** Makes the answer to keep under an idempotency key from the decision it belongs to. */
export type KeepAnswer = (stored: JudgedDecision) => KeptAnswer

/**
 * The decision path: token, event, history, decision, store. Resolves once the decision is durable.
 *
 * @throws {AtalayaError} `currency_without_rate`, or what the store says; the token may then be used again
 */
export async function decidePayment(
  site: Site,
  request: VerifyRequest,
  parts: PipelineParts,
  keepAnswer?: KeepAnswer,
): Promise<JudgedDecision> {
  const receivedAtMs = Date.now()
  const start = performance.now()
  // Refused before anything is remembered, so that the merchant can mend it and ask again with the same token.
  siteCurrencyConverter(site)(request.transaction.amountMinor, request.transaction.currency, receivedAtMs)

  const { token, action = DEFAULT_ACTION, transaction } = request
  const order = { id: transaction.id, amountMinor: transaction.amountMinor, currency: transaction.currency }
  const judged = await judgeToken({ site, mode: 'live' }, token, { action, order }, receivedAtMs, parts)
  parts.metrics.step('token', performance.now() - start)
  const stored = await decideJudged(site, request, judged, receivedAtMs, parts, keepAnswer)
  parts.metrics.step('total', performance.now() - start)
  return stored
}

/** The decision path after the token: everything up to the place in the order of arrival happens in the caller's turn. */
export async function decideJudged(
  site: Site,
  request: VerifyRequest,
  judged: TokenVerdict,
  receivedAtMs: number,
  parts: PipelineParts,
  keepAnswer?: KeepAnswer,
): Promise<JudgedDecision> {
  const { engine, state, store, metrics } = parts
  const tokenDone = performance.now()
  // From here to `arrive` nothing waits: of two parallel requests with one token only the first reserves it.
  const reserved =
    judged.singleUse !== null && state.singleUse.reserve(judged.singleUse) ? judged.singleUse : null
  const verdict = judged.singleUse !== null && reserved === null ? replayed(judged) : judged
  let place: number | undefined
  try {
    const event = toEvent(site, request, verdict, receivedAtMs, parts)
    const { seq, history } = state.arrive(event)
    place = seq
    const historyDone = performance.now()
    metrics.step('history', historyDone - tokenDone)

    const complete: Envelope = {
      format: 'atalaya-envelope/1',
      event,
      history,
      site: { timeZone: site.timeZone, currency: site.currency, country: site.country },
      versions: engine.versions,
      degraded: engine.degraded,
    }
    const { envelope, decision } = await judgeOrDegrade(complete, parts)
    const decided = performance.now()
    metrics.step('decide', decided - historyDone)

    const id = newDecisionId(receivedAtMs)
    const stored: JudgedDecision = { seq, id, tokenDetail: verdict.detail, envelope, decision }
    await store.commit({
      ...{ stored, usedToken: reserved, keptAnswer: keepAnswer?.(stored) ?? null },
      deliveries: parts.deliveriesFor(site, 'decision.made', () => decisionMessage(stored)),
    })
    metrics.step('store', performance.now() - decided)
    metrics.decided(decision.decision, verdict.facts.status, envelope.degraded)
    parts.onStored(stored)
    return stored
  } catch (error) {
    if (reserved) state.singleUse.release(reserved)
    if (place !== undefined) state.settle(place, false)
    throw error
  }
}

/**
 * 48 bits of time, then 96 random ones. With the time in front, ids of one moment lie together in the store's index:
 * among many decisions a commit then writes one page of it and not one for each decision.
 */
function newDecisionId(atMs: number): string {
  if (randomAt === random.length) randomAt = 0
  // Asking for random bytes takes 2 us however few they are, so they are fetched for many ids at once.
  if (randomAt === 0) randomFillSync(random)
  const bytes = Buffer.allocUnsafe(18)
  bytes.writeUIntBE(atMs, 0, 6)
  random.copy(bytes, 6, randomAt, randomAt + 12)
  randomAt += 12
  return `dec_${bytes.toString('base64url')}`
}

const random = Buffer.alloc(12 * 256)
let randomAt = 0

/** A model that fails costs no sale: rules and the cost policy's fallback decide, and the decision says so. */
async function judgeOrDegrade(
  envelope: Envelope,
  { engine, logger }: PipelineParts,
): Promise<{ readonly envelope: Envelope; readonly decision: Verdict }> {
  try {
    return { envelope, decision: await engine.judge(envelope) }
  } catch (error) {
    if (envelope.degraded.includes('model')) throw error
    logger.error({ err: error }, 'the model failed')
    const without: Envelope = { ...envelope, degraded: [...envelope.degraded, 'model'] }
    return { envelope: without, decision: await engine.judge(without) }
  }
}

function toEvent(
  site: Site,
  { transaction, action, remoteIp }: VerifyRequest,
  { facts, thumbprint, visitorId, sessionId }: TokenVerdict,
  receivedAtMs: number,
  { lookupIp, pseudonymise }: PipelineParts,
): PaymentEvent {
  const ipAddress = transaction.ip ?? remoteIp ?? null
  return toPaymentEvent(transaction, {
    siteId: site.id,
    action: action ?? DEFAULT_ACTION,
    receivedAtMs,
    session: facts,
    deviceThumbprint: thumbprint,
    visitorId,
    sessionId,
    ipAddress,
    ip: ipAddress === null ? { country: null, asn: null, hosting: null } : lookupIp(ipAddress),
    siteCountry: site.country,
    pseudonymise,
    toSiteMinor: siteCurrencyConverter(site),
  })
}

/** What a shop's webhooks are told of a decision: the answer it got, and the order it was about. */
function decisionMessage(stored: JudgedDecision): unknown {
  const { id: orderId, receivedAtMs } = stored.envelope.event
  return { orderId, receivedAtMs, ...toAnswer(stored) }
}
