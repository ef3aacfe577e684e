import type { Decision, Envelope, Outcome, Verdict } from '../decide/types.ts'
import type { EntityKeys } from '../events/entities.ts'
import type { FollowUps, PaymentLabel, PaymentOutcome, PaymentReference } from '../events/lifecycle.ts'
import type { TokenStatus } from '../events/session.ts'

/**
 * A decision as it is kept: with everything that it was made from.
 *
 * @property seq place in the order of arrival; starts at 1, may have gaps
 * @property tokenDetail short machine-readable cause of the token's status
 */
export interface StoredDecision {
  readonly seq: number
  readonly id: string
  readonly tokenDetail: string | null
  readonly envelope: Envelope
  readonly decision: Decision
}

/** A decision on its way into the store, of this build's catalogue. */
export interface JudgedDecision extends Omit<StoredDecision, 'decision'> {
  readonly decision: Verdict
}

/** A line of a list of decisions: what can be told without reading the envelope. */
export interface DecisionSummary {
  readonly seq: number
  readonly id: string
  readonly siteId: string
  readonly orderId: string
  readonly outcome: Outcome
  /** Calibrated probability of fraud, null when no model could score. */
  readonly score: number | null
  readonly amountMinor: number
  readonly currency: string
  /** UTC epoch ms. */
  readonly receivedAtMs: number
  readonly tokenStatus: TokenStatus
}

/** A nonce and a token id that were used, and until when (UTC epoch ms) that has to be remembered. */
export interface UsedToken {
  readonly nonceId: string
  readonly jti: string
  readonly expiresAtMs: number
}

/** The answer given under an idempotency key. */
export interface KeptAnswer {
  readonly siteId: string
  readonly key: string
  /** SHA-256 of the request's body, hex. */
  readonly bodyHash: string
  /** The answer's body, as it was sent. */
  readonly answer: string
  /** UTC epoch ms. */
  readonly expiresAtMs: number
}

/** A message to a shop, to be delivered at least once. */
export interface NewDelivery {
  readonly id: string
  readonly siteId: string
  readonly endpointId: string
  readonly type: string
  /** JSON, as it is signed and sent. */
  readonly body: string
  readonly createdAtMs: number
}

export const DELIVERY_STATES = ['waiting', 'delivered', 'dead'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/**
 * What became of a message so far.
 *
 * @property nextAtMs when it is tried again, null when it is not
 * @property lastError short machine-readable cause, null when the last attempt succeeded or there was none
 */
export interface DeliveryProgress {
  readonly id: string
  readonly state: DeliveryState
  readonly attempts: number
  readonly nextAtMs: number | null
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly lastAtMs: number | null
}
export interface Delivery extends NewDelivery, DeliveryProgress {
  /** Place among all messages. */
  readonly seq: number
}

/** What is made durable together when a token was judged by itself, without an order. */
export interface TokenUseCommit {
  readonly usedToken: UsedToken | null
  readonly keptAnswer: KeptAnswer | null
}

/** What is made durable together with a decision, or not at all. */
export interface DecisionCommit extends TokenUseCommit {
  readonly stored: StoredDecision | JudgedDecision
  readonly deliveries?: readonly NewDelivery[]
}

/** What an event or a label adds to the velocity history, if anything. */
export interface FollowUpMark {
  readonly kind: 'decline' | 'fraud'
  /** UTC epoch ms. */
  readonly atMs: number
  readonly keys: EntityKeys
}

/** What is made durable together when something became known of a payment. */
export interface FollowUpCommit {
  readonly followUp: PaymentOutcome | PaymentLabel
  readonly mark: FollowUpMark | null
  readonly deliveries?: readonly NewDelivery[]
}

/** A payment that was decided on, as what became known of it needs it. */
export interface DecidedPayment {
  readonly decisionId: string
  readonly orderId: string
  readonly keys: EntityKeys
}

/** What the velocity history was told at one place of the order of arrival. */
export interface Arrival {
  readonly seq: number
  readonly kind: 'payment' | FollowUpMark['kind']
  readonly atMs: number
  /** Minor units of the site's currency; 0 for what is no payment. */
  readonly amountMinor: number
  readonly keys: EntityKeys
}

/** Which decisions a list is to hold; what is left out narrows nothing. */
export interface DecisionFilter {
  readonly siteId?: string
  readonly orderId?: string
  readonly outcome?: Outcome
  readonly tokenStatus?: TokenStatus
  /** Arrived from then on, UTC epoch ms. */
  readonly fromMs?: number
  /** Arrived before then, UTC epoch ms. */
  readonly toMs?: number
}

/** What a model version was used for; times in UTC epoch ms. */
export interface ModelUse {
  readonly decisions: number
  readonly firstAtMs: number | null
  readonly lastAtMs: number | null
}

/** Reading of what was committed. */
export interface DecisionReader {
  get(id: string): StoredDecision | undefined
  /** Newest first, older than `beforeSeq` when given. */
  list(options: DecisionFilter & { readonly limit: number; readonly beforeSeq?: number }): DecisionSummary[]
  keptAnswer(siteId: string, key: string, nowMs: number): KeptAnswer | undefined
  usedTokens(nowMs: number): UsedToken[]
  /** The decision a site means; of an order the latest. */
  decidedPayment(siteId: string, reference: PaymentReference): DecidedPayment | undefined
  /** What became known of the payments of a site's order. */
  followUps(siteId: string, orderId: string): FollowUps
  /** Every arrival in order of arrival, or those after a place: payments, declines and fraud labels. */
  arrivals(afterSeq?: number): Iterable<Arrival>
  /** How many arrivals there are up to and with a place. */
  arrivalCount(upToSeq: number): number
  /** The last place given in the order of arrival, 0 when there is none. */
  lastSeq(): number
  /** Endpoints that have messages waiting, due or not. */
  waitingEndpoints(): string[]
  /** Messages to an endpoint that are due, the one that is due longest first. */
  dueDeliveries(endpointId: string, nowMs: number, limit: number): Delivery[]
  /** When the next message after a time is due, null when none is waiting. */
  nextDeliveryMs(afterMs: number): number | null
  /** Messages of a site, newest first. */
  deliveries(options: {
    readonly siteId: string
    readonly limit: number
    readonly state?: DeliveryState
    readonly beforeSeq?: number
  }): Delivery[]
  delivery(siteId: string, id: string): Delivery | undefined
  /** Decisions. */
  count(): number
  /** The decisions a model version made. Reads every envelope: for the command line, not for a request. */
  decisionsOfModel(version: string): ModelUse
  close(): void
}

/** Writing and reading; one process at a time holds it. */
export interface DecisionStore {
  readonly reader: DecisionReader
  /** Resolves once the decision survives the loss of power. @throws {AtalayaError} `store_failed` */
  commit(decision: DecisionCommit): Promise<void>
  /** Resolves once the use of a token survives the loss of power. @throws {AtalayaError} `store_failed` */
  commitTokenUse(use: TokenUseCommit): Promise<void>
  /** Resolves once the event or label survives the loss of power. @throws {AtalayaError} `store_failed` */
  commitFollowUp(followUp: FollowUpCommit): Promise<void>
  /** Resolves once it is durable what became of a message. @throws {AtalayaError} `store_failed` */
  commitDelivery(progress: DeliveryProgress): Promise<void>
  /** Deletes what expired. */
  purge(nowMs: number): Promise<void>
  /** Commits what is waiting, then closes. */
  close(): Promise<void>
}
