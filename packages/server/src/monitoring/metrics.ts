import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Outcome } from '../decide/types.ts'
import type { OutcomeType } from '../events/lifecycle.ts'
import type { TokenStatus } from '../events/session.ts'

/** Steps of the decision path whose time is measured. */
export type Step = 'token' | 'history' | 'decide' | 'store' | 'total'

/** What became of a decision in the challenger's hands. */
export type ShadowResult = 'scored' | 'failed' | 'dropped'

/** What the service counts and times. Labels name kinds of things, never a shopper, card, order or site. */
export interface Metrics {
  readonly registry: Registry
  decided(outcome: Outcome, token: TokenStatus, degraded: readonly string[]): void
  /** A token was judged by itself, without an order. */
  tokenJudged(token: TokenStatus): void
  /** A message was tried to be brought to a shop's webhook. */
  webhookTried(outcome: 'delivered' | 'failed' | 'dead'): void
  /** An event of a payment was stored. */
  eventTold(type: OutcomeType): void
  /** A label of a payment was stored. */
  labelTold(fraud: boolean): void
  /** @param durationMs time the step took */
  step(step: Step, durationMs: number): void
  committed(batchSize: number): void
  /** The challenger scored a decision, failed to, or was too far behind. */
  shadowed(result: ShadowResult): void
  /** @param difference the challenger's score minus the champion's */
  shadowDifference(difference: number): void
  answered(route: string, status: number): void
  shed(): void
  inFlight(count: number): void
}

/** Metrics of one service, in a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const decisions = new Counter({
    name: 'atalaya_decisions_total',
    help: 'Decisions stored, by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const tokens = new Counter({
    name: 'atalaya_tokens_total',
    help: 'Behaviour tokens judged, by status',
    labelNames: ['status'],
    registers,
  })
  const degraded = new Counter({
    name: 'atalaya_degraded_total',
    help: 'Decisions made without a part of the service, by part',
    labelNames: ['part'],
    registers,
  })
  const events = new Counter({
    name: 'atalaya_events_total',
    help: 'Events of payments stored, by type',
    labelNames: ['type'],
    registers,
  })
  const labels = new Counter({
    name: 'atalaya_labels_total',
    help: 'Labels of payments stored',
    labelNames: ['fraud'],
    registers,
  })
  const webhooks = new Counter({
    name: 'atalaya_webhook_attempts_total',
    help: 'Attempts to bring messages to webhooks: delivered, failed and to be tried again, or given up',
    labelNames: ['outcome'],
    registers,
  })
  const steps = new Histogram({
    name: 'atalaya_step_seconds',
    help: 'Time of each step of a decision',
    labelNames: ['step'],
    buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
    registers,
  })
  const commits = new Histogram({
    name: 'atalaya_commit_size',
    help: 'Decisions, events and labels made durable by one commit',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  })
  const shadow = new Counter({
    name: 'atalaya_shadow_scores_total',
    help: 'Decisions that the challenger scored, failed to score, or was too far behind for',
    labelNames: ['result'],
    registers,
  })
  const shadowDifferences = new Histogram({
    name: 'atalaya_shadow_score_difference',
    help: "The challenger's score minus the champion's",
    buckets: [-0.5, -0.2, -0.1, -0.05, -0.02, -0.01, -0.001, 0, 0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5],
    registers,
  })
  const requests = new Counter({
    name: 'atalaya_http_requests_total',
    help: 'Answers of the API, by route and status',
    labelNames: ['route', 'status'],
    registers,
  })
  const shed = new Counter({
    name: 'atalaya_http_shed_total',
    help: 'Requests refused with 503 because too many were in flight',
    registers,
  })
  const inFlight = new Gauge({
    name: 'atalaya_http_in_flight',
    help: 'Requests being worked on',
    registers,
  })
  // What labels stand for is looked up once: for every request that costs more than the counting.
  const stepOf = kept((step: Step) => steps.labels(step))
  const outcomeOf = kept((outcome: Outcome) => decisions.labels(outcome))
  const tokenOf = kept((status: TokenStatus) => tokens.labels(status))
  const routeOf = kept((route: string) => kept((status: number) => requests.labels(route, String(status))))
  return {
    registry,
    decided: (outcome, token, parts) => {
      outcomeOf(outcome).inc()
      tokenOf(token).inc()
      for (const part of parts) degraded.inc({ part })
    },
    webhookTried: outcome => webhooks.inc({ outcome }),
    tokenJudged: token => tokenOf(token).inc(),
    eventTold: type => events.inc({ type }),
    labelTold: fraud => labels.inc({ fraud: String(fraud) }),
    step: (step, durationMs) => stepOf(step).observe(durationMs / 1000),
    committed: size => commits.observe(size),
    shadowed: result => shadow.inc({ result }),
    shadowDifference: difference => shadowDifferences.observe(difference),
    answered: (route, status) => routeOf(route)(status).inc(),
    shed: () => shed.inc(),
    inFlight: count => inFlight.set(count),
  }
}

/** Makes each value once. Keys are kinds of things, of which there are few. */
function kept<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const values = new Map<Key, Value>()
  return key => {
    let value = values.get(key)
    if (value === undefined) {
      value = make(key)
      values.set(key, value)
    }
    return value
  }
}
