import { createPreScorer } from '@atalaya/client/contract'
import { AtalayaError } from '../base/errors.ts'
import { type DecisionEngine, type Difference, replayDecision } from '../decide/index.ts'
import { loadEngineModel, type ModelRegistry, openRegistry } from '../registry/index.ts'
import { openStoredDecisions, type StoredDecision } from '../store/index.ts'
import { shopRules } from './judgement.ts'
import { keptPolicy } from './policy-file.ts'

/** One line of a replay: what was compared, what was stored, and whether it came out again. */
export interface ReplayRow {
  readonly name: string
  readonly value: string
  readonly equal: boolean
}

export interface ReplayReport {
  readonly id: string
  readonly orderId: string
  readonly receivedAtMs: number
  readonly rows: readonly ReplayRow[]
  readonly differences: readonly Difference[]
  readonly equal: boolean
}

/**
 * Recomputes a stored decision with the model and policy versions its envelope names. The data folder is only read, so this works
 * beside a running service.
 *
 * @throws {AtalayaError} `decision_unknown`, `store_missing`, `model_unknown`, `model_corrupt`
 */
export async function replayStored(
  id: string,
  { dataDir, modelDir }: { readonly dataDir: string; readonly modelDir: string },
): Promise<ReplayReport> {
  const stored = readStoredDecision(id, dataDir)
  const registry = openRegistry(modelDir)
  const { versions, degraded } = stored.envelope
  const model = degraded.includes('model') ? null : await loadEngineModel(registry.load(versions.model))
  const engine: DecisionEngine = {
    rules: shopRules(),
    policy: keptPolicy(dataDir, versions.policy),
    scorer: model?.scorer ?? null,
  }
  try {
    const { differences } = await replayDecision(stored, engine)
    const all = [...prescoreDifference(stored, registry), ...differences]
    return report(stored, all)
  } finally {
    await model?.close()
  }
}

/** A decision of a data folder, which is only read. @throws {AtalayaError} `decision_unknown`, `store_missing` */
export function readStoredDecision(id: string, dataDir: string): StoredDecision {
  const reader = openStoredDecisions(dataDir)
  try {
    const stored = reader.get(id)
    if (stored) return stored
  } finally {
    reader.close()
  }
  throw new AtalayaError(
    'decision_unknown',
    `there is no decision ${id} in ${dataDir}`,
    'Take the id from the answer of /v1/verify, or name another folder with --data.',
  )
}

/** The pre-score was computed before the envelope was made; it is recomputed from the token's signals in it. */
function prescoreDifference({ envelope }: StoredDecision, registry: ModelRegistry): readonly Difference[] {
  const { signals, serverPrescore, prescoreModel } = envelope.event.session
  if (signals === null || serverPrescore === null) return []
  const holder = registry.list().find(({ manifest }) => manifest.prescore?.id === prescoreModel)
  const model = holder && registry.load(holder.version).prescore
  if (!model) {
    throw new AtalayaError(
      'model_unknown',
      `there is no pre-score model ${prescoreModel} in ${registry.directory}`,
      'Name the folder that holds it with --models.',
    )
  }
  const recomputed = createPreScorer(model)(signals)
  return Object.is(recomputed, serverPrescore)
    ? []
    : [{ path: 'prescore', stored: serverPrescore, recomputed }]
}

function report(
  { id, envelope, decision }: StoredDecision,
  differences: readonly Difference[],
): ReplayReport {
  const { event, versions } = envelope
  const row = (name: string, value: string, path: string): ReplayRow => ({
    name,
    value,
    equal: !differences.some(
      difference => difference.path === path || difference.path.startsWith(`${path}.`),
    ),
  })
  const codes = (list: readonly { readonly code: string }[]) =>
    list.map(({ code }) => code).join(', ') || 'none'
  return {
    id,
    orderId: event.id,
    receivedAtMs: event.receivedAtMs,
    rows: [
      row('versions', `model ${versions.model}`, 'versions'),
      row('pre-score', String(event.session.serverPrescore ?? 'none'), 'prescore'),
      row('features', `${Object.keys(decision.features).length} values`, 'features'),
      row('margin', String(decision.margin ?? 'none'), 'margin'),
      row('score', String(decision.score ?? 'none'), 'score'),
      row('rules', decision.rules.map(rule => rule.id).join(', ') || 'none', 'rules'),
      row('expected loss', String(decision.expectedLossMinor ?? 'none'), 'expectedLossMinor'),
      row('reasons', codes(decision.reasons), 'reasons'),
      row('challenge', decision.challenge.join(', ') || 'none', 'challenge'),
      row(
        'review',
        decision.review ? new Date(decision.review.deadlineAtMs).toISOString() : 'none',
        'review',
      ),
      row('decision', decision.decision, 'decision'),
    ],
    differences,
    equal: differences.length === 0,
  }
}
