import { CATALOGUE_VERSION } from '../features/catalogue.ts'
import { decide } from './decide.ts'
import type { Decision, DecisionEngine, Envelope } from './types.ts'

/** A place where a recomputed decision is not the stored one. Values are as JSON has them. */
export interface Difference {
  /** For example `features.trans_freq` or `versions.model`; empty for the whole. */
  readonly path: string
  readonly stored: unknown
  readonly recomputed: unknown
}

/** Whether a decision came out again, and where not. */
export interface ReplayResult {
  readonly equal: boolean
  readonly differences: readonly Difference[]
}

/** The versions that an engine would put into an envelope, but for the pre-score, which is in the event. */
export function engineVersions(engine: DecisionEngine): Omit<Envelope['versions'], 'prescore'> {
  return {
    model: engine.scorer?.version ?? 'none',
    policy: engine.policy.version,
    rules: engine.rules.version,
    features: CATALOGUE_VERSION,
  }
}

/**
 * Recomputes a stored decision and compares every bit: numbers by `Object.is`, after the same round trip through JSON
 * that the store makes. An engine of other versions than the envelope names is a difference too.
 */
export async function replayDecision(
  stored: { readonly envelope: Envelope; readonly decision: Decision },
  engine: DecisionEngine,
): Promise<ReplayResult> {
  const { prescore: _prescore, ...named } = stored.envelope.versions
  const versions = engineVersions(engine)
  // A decision without its model named none, whatever model the engine has by now.
  const used = stored.envelope.degraded.includes('model') ? { ...versions, model: named.model } : versions
  const recomputed = await decide(stored.envelope, engine)
  const differences = [
    ...compare('versions', throughJson(named), throughJson(used)),
    ...compare('', throughJson(stored.decision), throughJson(recomputed)),
  ]
  return { equal: differences.length === 0, differences }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function compare(path: string, stored: unknown, recomputed: unknown): readonly Difference[] {
  if (!isObject(stored) || !isObject(recomputed) || Array.isArray(stored) !== Array.isArray(recomputed)) {
    return Object.is(stored, recomputed) ? [] : [{ path, stored, recomputed }]
  }
  const fields = new Set([...Object.keys(stored), ...Object.keys(recomputed)])
  return [...fields].flatMap(field =>
    compare(path === '' ? field : `${path}.${field}`, stored[field], recomputed[field]),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
