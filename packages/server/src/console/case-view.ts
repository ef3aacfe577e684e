import { decodeSignals, SIGNAL_DICTIONARY, SIGNALS, sessionVariables } from '@atalaya/client/contract'
import type { Reason } from '../decide/types.ts'
import { CATALOGUE, COMMISSIONED } from '../features/index.ts'
import { WINDOWS } from '../history/index.ts'
import type { StoredDecision } from '../store/index.ts'
import type { CaseView, FeatureView, FeedEntry, Wording } from './view.ts'

const DAY_INDEX = WINDOWS.findIndex(window => window.id === '24h')

/** Where the words of codes come from. */
export interface Words {
  readonly reason: (code: string) => Wording
  readonly rule: (id: string) => string
}

/** A stored decision as a line of the feed. */
export function toFeedEntry(stored: StoredDecision, words: Words): FeedEntry {
  const { event } = stored.envelope
  const { decision } = stored
  const [first] = decision.reasons
  return {
    id: stored.id,
    orderId: event.id,
    atMs: event.atMs,
    amountMinor: event.amountMinor,
    currency: event.currency,
    decision: decision.decision,
    score: decision.score,
    tokenStatus: event.session.status,
    country: event.ip.country,
    region: event.shipping.region,
    deviceType: event.session.signals
      ? sessionVariables(decodeSignals(event.session.signals)).deviceType
      : 'unknown',
    firstReason: first ? words.reason(first.code) : null,
  }
}

/** A stored decision with everything the console shows; `reasons` may be explained on demand. */
export function toCaseView(stored: StoredDecision, reasons: readonly Reason[], words: Words): CaseView {
  const { envelope, decision } = stored
  const { event } = envelope
  const { session } = event
  const bothPrescores = session.clientPrescore !== null && session.serverPrescore !== null
  return {
    ...toFeedEntry(stored, words),
    margin: decision.margin,
    expectedLossMinor: decision.expectedLossMinor,
    siteCurrency: envelope.site.currency,
    reasons: reasons.map(reason => ({ ...reason, text: words.reason(reason.code) })),
    rules: decision.rules.map(rule => ({ ...rule, description: words.rule(rule.id) })),
    challenge: decision.challenge,
    review: decision.review,
    token: {
      status: session.status,
      keyState: session.keyState,
      consent: session.consent,
      gpc: session.gpc,
      nonceAgeMs: session.nonceAgeMs,
      clockSkewMs: session.clockSkewMs,
      sdkVersion: session.sdkVersion,
    },
    prescore: {
      client: session.clientPrescore,
      server: session.serverPrescore,
      match: bothPrescores ? Object.is(session.clientPrescore, session.serverPrescore) : null,
    },
    features: featureViews(stored),
    signals: signalViews(stored),
    entities: entityViews(stored),
    versions: { ...envelope.versions },
    degraded: envelope.degraded,
    envelope,
  }
}

function featureViews({ decision }: StoredDecision): FeatureView[] {
  return CATALOGUE.map(({ name, unit, description }) => ({
    name,
    unit,
    description,
    value: decision.features[name] ?? null,
    commissioned: COMMISSIONED.has(name),
  }))
}

function signalViews({ envelope }: StoredDecision): CaseView['signals'] {
  const { signals } = envelope.event.session
  if (!signals) return []
  const byName = decodeSignals(signals)
  return SIGNALS.map(([name]) => ({ name, value: byName[name], unit: SIGNAL_DICTIONARY[name].unit }))
}

function entityViews({ envelope }: StoredDecision): CaseView['entities'] {
  return Object.entries(envelope.event.keys).map(([kind, key]) => {
    const view = Object.entries(envelope.history).find(([candidate]) => candidate === kind)?.[1]
    return { kind, key, count24h: view?.counts[DAY_INDEX] ?? 0, firstSeenMs: view?.firstSeenMs ?? null }
  })
}
