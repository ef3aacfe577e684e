import { CATALOGUE, computeValues, nameFeatures } from '../features/catalogue.ts'
import { type ValuesEncoder, valuesEncoder } from '../features/columns.ts'
import type { FeatureRow, FeatureValue, FeatureValues } from '../features/types.ts'
import { chooseOutcome, type ExpectedCosts } from '../policy/choose.ts'
import type { CostPolicy } from '../policy/cost-policy.ts'
import type { Outcome } from '../policy/outcome.ts'
import { combine } from '../policy/precedence.ts'
import type { UndeterminedRule } from '../rules/rule.ts'
import { challengesFor } from './challenge.ts'
import { reasonsOf, topReasons } from './reasons.ts'
import type { Decision, DecisionEngine, Envelope, Reason, Scorer, Verdict } from './types.ts'

const MINUTE_MS = 60_000

/**
 * Judges an order: features, score, rules, cost policy, outcome, reasons. It reads nothing but its arguments, so the
 * same envelope and engine give the same decision to the bit.
 *
 * Without a scorer, or with "model" in the envelope's `degraded`, the score is null: orders from the policy's
 * `fallback.reviewFromMinor` on are reviewed, others allowed, and rules raise that as ever.
 */
export async function decide(envelope: Envelope, engine: DecisionEngine): Promise<Decision> {
  return named(await judge(envelope, engine))
}

/** A verdict with its features by name. */
export function named({ values, ...verdict }: Verdict): Decision {
  return { ...verdict, features: nameFeatures(values) }
}

/** What {@link decide} does, without giving every feature's value its name. */
export async function judge(envelope: Envelope, engine: DecisionEngine): Promise<Verdict> {
  const { event } = envelope
  const costs = engine.policy.costs
  const values = computeValues(envelope)
  const scorer = scorerFor(envelope, engine)
  const row = scorer && encoderOf(scorer)(values)
  const scored = scorer && row && (await scorer.score(row))
  const score = scored?.probability ?? null
  const { fired } = engine.rules.evaluate({ event, features: readBy(engine.rules, values), score })

  const advice = advise(score, event.siteAmountMinor, costs)
  const decision = combine(
    advice.outcome,
    fired.map(({ action }) => action),
  )
  return {
    decision,
    score,
    margin: scored?.margin ?? null,
    reasons:
      scorer && row && decision !== 'allow'
        ? topReasons(reasonsOf(scorer.columns, await scorer.explain(row)))
        : [],
    rules: fired,
    expectedLossMinor: advice.costs === null ? null : Math.round(advice.costs.allow),
    challenge: decision === 'challenge' ? challengesFor(event) : [],
    review:
      decision === 'review'
        ? {
            deadlineAtMs: event.receivedAtMs + costs.reviewMinutes * MINUTE_MS,
            defaultAction: unattended(advice.costs, costs),
          }
        : null,
    values,
  }
}

/** Everything that can be said of a decision, worked out again. */
export interface Explanation {
  /** All reason codes, what raised the risk first and what lowered it last; empty without a model. */
  readonly reasons: readonly Reason[]
  /** Rules that could not tell because of missing values. */
  readonly undetermined: readonly UndeterminedRule[]
}

/** Explains a decision in full, also of one that allowed. */
export async function explainDecision(envelope: Envelope, engine: DecisionEngine): Promise<Explanation> {
  const values = computeValues(envelope)
  const scorer = scorerFor(envelope, engine)
  const row = scorer && encoderOf(scorer)(values)
  const score = scorer && row ? (await scorer.score(row)).probability : null
  return {
    reasons: scorer && row ? reasonsOf(scorer.columns, await scorer.explain(row)) : [],
    undetermined: engine.rules.evaluate({
      event: envelope.event,
      features: readBy(engine.rules, values),
      score,
    }).undetermined,
  }
}

/** The scorer to use; none when it was missing at the time, so that a replay does without it too. */
function scorerFor(envelope: Envelope, engine: DecisionEngine): Scorer | null {
  return envelope.degraded.includes('model') ? null : engine.scorer
}

const encoders = new WeakMap<Scorer, ValuesEncoder>()

/** A scorer's encoder, made at its first use. @throws AtalayaError `unknown_column` */
function encoderOf(scorer: Scorer): ValuesEncoder {
  let encode = encoders.get(scorer)
  if (encode === undefined) {
    encode = valuesEncoder(scorer.columns)
    encoders.set(scorer, encode)
  }
  return encode
}

const placesOfNames = new Map(CATALOGUE.map(({ name }, place) => [name, place]))

/** The features that rules read, by name. */
function readBy({ features }: DecisionEngine['rules'], values: FeatureValues): FeatureRow {
  const row: Record<string, FeatureValue> = {}
  for (const name of features) row[name] = values[placesOfNames.get(name) ?? -1] ?? null
  return row
}

function advise(
  probability: number | null,
  amountMinor: number,
  policy: CostPolicy,
): { readonly outcome: Outcome; readonly costs: ExpectedCosts | null } {
  if (probability !== null) return chooseOutcome({ probability, amountMinor }, policy)
  return { outcome: amountMinor >= policy.fallback.reviewFromMinor ? 'review' : 'allow', costs: null }
}

/** What happens to a review that nobody decides: the cheaper of letting it through and refusing it. */
function unattended(costs: ExpectedCosts | null, policy: CostPolicy): Outcome {
  if (costs === null) return policy.fallback.reviewDefaultAction
  return costs.deny < costs.allow ? 'deny' : 'allow'
}
