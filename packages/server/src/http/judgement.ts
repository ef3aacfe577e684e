import { existsSync } from 'node:fs'
import { createPreScorer, type PreScoreModel } from '@atalaya/client/contract'
import { AtalayaError } from '../base/errors.ts'
import {
  type DecisionEngine,
  type Envelope,
  engineVersions,
  explainDecision,
  judge,
  type Reason,
  type Verdict,
  type Versions,
} from '../decide/index.ts'
import type { CompiledPolicy } from '../policy/index.ts'
import {
  type EngineModel,
  failedOwnGates,
  loadEngineModel,
  type ModelRegistry,
  openRegistry,
  RegistryError,
  readGates,
} from '../registry/index.ts'
import { compileRules, DEFAULT_RULES } from '../rules/index.ts'
import type { RecomputePrescore } from '../token/verify.ts'

/** Pages keep the network they loaded for a while: so many of the newest are recomputed. */
const KNOWN_PRESCORES = 5

/** Everything that judges: model, rules, policy and pre-score networks. */
export interface Judgement {
  readonly versions: Versions
  /** Parts that are missing, for example "model"; every decision made without them names them. */
  readonly degraded: readonly string[]
  judge(envelope: Envelope): Promise<Verdict>
  /** Reasons of a decision in full, by the model that made it; none when that model is gone. */
  explain(envelope: Envelope): Promise<readonly Reason[]>
  /** Left out when no pre-score network is known. */
  readonly recomputePrescore?: RecomputePrescore
  /** Pre-score networks that pages may use, by id. */
  readonly prescoreModels: ReadonlyMap<string, PreScoreModel>
  /** The model that only watches; null where there is none, or it cannot be used. */
  readonly challenger: EngineModel | null
  /** What whoever runs the service should know of its models: gates the champion fails, an unusable challenger. */
  readonly concerns: readonly string[]
  close(): Promise<void>
}

/**
 * Loads what judges. A folder without a champion is a degraded service and no fault: rules and the cost policy's
 * fallback decide.
 *
 * @throws {AtalayaError} `model_folder_missing`, or when a model is there and cannot be used
 */
export async function loadJudgement(modelDir: string, policy: CompiledPolicy): Promise<Judgement> {
  if (!existsSync(modelDir)) {
    throw new AtalayaError(
      'model_folder_missing',
      `the model folder ${modelDir} does not exist`,
      'Name a folder of models in ATALAYA_MODEL_DIR, or leave the variable out to use the bundled model.',
    )
  }
  const registry = openRegistry(modelDir)
  const champion = championOf(registry)
  const model = champion === undefined ? null : await loadEngineModel(registry.load(champion))
  const engine: DecisionEngine = { rules: shopRules(), policy, scorer: model?.scorer ?? null }
  const prescoreModels = knownPrescores(registry, model?.prescore ?? null)
  const prescoreId = model?.prescore?.id ?? null
  const recomputePrescore = recomputation(prescoreModels, prescoreId)
  const watching = await challengerOf(registry, champion)
  return {
    versions: { ...engineVersions(engine), prescore: prescoreId },
    degraded: model ? [] : ['model'],
    judge: envelope => judge(envelope, engine),
    explain: envelope => explain(envelope, engine, registry),
    ...(recomputePrescore && { recomputePrescore }),
    prescoreModels,
    challenger: watching.model,
    concerns: [...championConcerns(registry, model), ...watching.concerns],
    close: async () => {
      await model?.close()
      await watching.model?.close()
    },
  }
}

/** A champion that was forced past its gates serves all the same; the log of every start says so. */
function championConcerns(registry: ModelRegistry, model: EngineModel | null): string[] {
  if (!model) return []
  const failed = failedOwnGates(model.manifest, readGates(registry.directory))
  return failed.map(({ gate, why }) => `the champion fails the gate ${gate}: ${why}`)
}

/** A challenger that cannot be used is no reason not to serve. */
async function challengerOf(
  registry: ModelRegistry,
  champion: string | undefined,
): Promise<{ readonly model: EngineModel | null; readonly concerns: readonly string[] }> {
  const version = ifKnown(() => registry.resolve('challenger'))
  if (version === undefined || version === champion) return { model: null, concerns: [] }
  try {
    return { model: await loadEngineModel(registry.load(version)), concerns: [] }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { model: null, concerns: [`the challenger does not watch: ${why}`] }
  }
}

/** The rules in force. */
export function shopRules(): DecisionEngine['rules'] {
  return compileRules(DEFAULT_RULES)
}

function championOf(registry: ModelRegistry): string | undefined {
  return ifKnown(() => registry.resolve('champion'))
}

async function olderModel(registry: ModelRegistry, version: string): Promise<EngineModel | undefined> {
  const stored = ifKnown(() => registry.load(version))
  return stored && loadEngineModel(stored)
}

function ifKnown<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'model_unknown') return undefined
    throw error
  }
}

/** The champion's network, then those of the newest other versions. */
function knownPrescores(
  registry: ModelRegistry,
  current: PreScoreModel | null,
): ReadonlyMap<string, PreScoreModel> {
  const others = registry
    .list()
    .filter(({ manifest }) => manifest.prescore !== null)
    .slice(0, KNOWN_PRESCORES)
    .map(({ version }) => registry.load(version).prescore)
  return new Map([current, ...others].flatMap(model => (model ? [[model.id, model]] : [])))
}

function recomputation(
  models: ReadonlyMap<string, PreScoreModel>,
  currentId: string | null,
): RecomputePrescore | undefined {
  if (models.size === 0) return undefined
  const scorers = new Map([...models].map(([id, model]) => [id, createPreScorer(model)]))
  return (named, vector) => {
    const modelId = named ?? currentId
    const scorer = modelId === null ? undefined : scorers.get(modelId)
    return modelId !== null && scorer ? { modelId, score: scorer(vector) } : undefined
  }
}

async function explain(
  envelope: Envelope,
  engine: DecisionEngine,
  registry: ModelRegistry,
): Promise<readonly Reason[]> {
  const version = envelope.versions.model
  if (version === engine.scorer?.version || envelope.degraded.includes('model')) {
    return (await explainDecision(envelope, engine)).reasons
  }
  const older = await olderModel(registry, version)
  if (!older) return []
  try {
    return (await explainDecision(envelope, { ...engine, scorer: older.scorer })).reasons
  } finally {
    await older.close()
  }
}
