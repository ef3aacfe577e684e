import {
  type EventRequest,
  type FollowUps,
  knownAtMs,
  type LabelRequest,
  type PaymentLabel,
  type PaymentOutcome,
  type PaymentReference,
  repeatedEvent,
  repeatedLabel,
} from '../../events/lifecycle.ts'
import type { Site } from '../../sites/index.ts'
import type { DecidedPayment, FollowUpMark, NewDelivery } from '../../store/index.ts'
import { Problem } from '../problem.ts'
import type { PipelineParts } from '../verify/pipeline.ts'
import { toldEvent, toldLabel } from './answer.ts'

/** What was stored of a message, and whether it said nothing new. */
export interface RecordedEvent {
  readonly event: PaymentOutcome
  readonly repeated: boolean
}
export interface RecordedLabel {
  readonly label: PaymentLabel
  /** All labels of the order, this one among them. */
  readonly labels: readonly PaymentLabel[]
  readonly repeated: boolean
}

type RecorderParts = Pick<PipelineParts, 'state' | 'store' | 'metrics' | 'deliveriesFor'>

/**
 * Takes in what became known of payments: declines and fraud labels enter the velocity history in the same turn in
 * which they get their place in the order of arrival, and everything is durable before its answer.
 *
 * Messages on one order go one after the other, so that two equal ones at once count once.
 */
export class FollowUpRecorder {
  readonly #parts: RecorderParts
  readonly #turns = new Map<string, Promise<unknown>>()

  constructor(parts: RecorderParts) {
    this.#parts = parts
  }

  /** Every distinct decline counts. @throws {Problem} `invalid_request`, `order_unknown`, `decision_unknown` */
  event(site: Site, request: EventRequest): Promise<RecordedEvent> {
    const { type, reason = null, occurredAtMs = null } = request
    const siteId = site.id
    return this.#onOrder(siteId, request, async ({ keys, ...payment }, { events }) => {
      const told = { siteId, ...payment, type, reason, occurredAtMs, receivedAtMs: Date.now() }
      const known = repeatedEvent(events, told)
      if (known) return { event: known, repeated: true }
      const mark: FollowUpMark | null =
        type === 'declined'
          ? { kind: 'decline', atMs: knownAtMs(occurredAtMs, told.receivedAtMs), keys }
          : null
      const event = await this.#store(told, mark, made =>
        this.#parts.deliveriesFor(site, 'event.recorded', () => toldEvent(made)),
      )
      this.#parts.metrics.eventTold(type)
      return { event, repeated: false }
    })
  }

  /** Of an order the first fraud label counts. @throws {Problem} `invalid_request`, `order_unknown`, `decision_unknown` */
  label(site: Site, request: LabelRequest): Promise<RecordedLabel> {
    const { fraud, source, state = null, observedAtMs = null, effectiveAtMs = null } = request
    const siteId = site.id
    return this.#onOrder(siteId, request, async ({ keys, ...payment }, { labels }) => {
      const content = { fraud, source, state, observedAtMs, effectiveAtMs }
      const told = { siteId, ...payment, ...content, receivedAtMs: Date.now() }
      const known = repeatedLabel(labels, told)
      if (known) return { label: known, labels, repeated: true }
      const mark: FollowUpMark | null =
        fraud && !labels.some(label => label.fraud)
          ? { kind: 'fraud', atMs: knownAtMs(observedAtMs, told.receivedAtMs), keys }
          : null
      const label = await this.#store(told, mark, made =>
        this.#parts.deliveriesFor(site, 'label.recorded', () => toldLabel(made, [...labels, made])),
      )
      this.#parts.metrics.labelTold(fraud)
      return { label, labels: [...labels, label], repeated: false }
    })
  }

  async #store<T extends Omit<PaymentOutcome, 'seq'> | Omit<PaymentLabel, 'seq'>>(
    told: T,
    mark: FollowUpMark | null,
    messages: (made: T & { readonly seq: number }) => readonly NewDelivery[],
  ): Promise<T & { readonly seq: number }> {
    const followUp = { ...told, seq: this.#parts.state.follow(mark) }
    await this.#parts.store.commitFollowUp({ followUp, mark, deliveries: messages(followUp) })
    return followUp
  }

  async #onOrder<T>(
    siteId: string,
    request: EventRequest | LabelRequest,
    work: (payment: DecidedPayment, known: FollowUps) => Promise<T>,
  ): Promise<T> {
    const { reader } = this.#parts.store
    const reference = referenceOf(request)
    const payment = reader.decidedPayment(siteId, reference)
    if (!payment) throw new Problem('decisionId' in reference ? 'decision_unknown' : 'order_unknown')
    const order = `${siteId}\n${payment.orderId}`
    const before = this.#turns.get(order)
    const doIt = () => work(payment, reader.followUps(siteId, payment.orderId))
    const turn = before ? before.then(doIt, doIt) : doIt()
    this.#turns.set(order, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(order) === turn) this.#turns.delete(order)
    }
  }
}

/** @throws {Problem} `invalid_request` unless exactly one of the two is given */
function referenceOf({ decisionId, orderId }: EventRequest | LabelRequest): PaymentReference {
  if (decisionId !== undefined && orderId === undefined) return { decisionId }
  if (orderId !== undefined && decisionId === undefined) return { orderId }
  throw new Problem('invalid_request', {
    detail: `give ${orderId === undefined ? 'decisionId or orderId' : 'either decisionId or orderId, not both'}`,
    pointer: '/decisionId',
  })
}
