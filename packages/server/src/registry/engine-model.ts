import type { Scorer } from '../decide/types.ts'
import { ablation } from '../model/ablation.ts'
import { createExplainer } from '../model/explainer.ts'
import { createScorer, type Scorer as OnnxScorer } from '../model/onnx/scorer.ts'
import { parseXgboostJson } from '../model/xgboost-json.ts'
import { RegistryError } from './errors.ts'
import { unknownFeatures } from './known-features.ts'
import type { Manifest } from './manifest.ts'
import type { EngineModel, StoredModel } from './types.ts'

/**
 * Makes a stored model ready to judge.
 *
 * @throws RegistryError `model_features_unknown` when this build computes other features than the model was trained
 *   on; ModelError when a file cannot be read as what it is
 */
export async function loadEngineModel({
  version,
  manifest,
  onnx,
  trees,
  prescore,
}: StoredModel): Promise<EngineModel> {
  checkFeatures(manifest)
  const session = await createScorer(onnx, manifest.columns)
  const reasons = reasoner(trees, manifest, session)
  const scorer: Scorer = {
    version,
    columns: manifest.columns,
    score: row => session.score(row),
    explain: reasons.explain,
  }
  return {
    version,
    manifest,
    scorer,
    prescore,
    close: async () => {
      await reasons.close()
      await session.close()
    },
  }
}

function checkFeatures(manifest: Manifest): void {
  const unknown = unknownFeatures(manifest)
  if (unknown.length === 0) return
  throw new RegistryError(
    'model_features_unknown',
    `model ${manifest.version} needs features that this build does not compute: ${unknown.slice(0, 5).join(', ')}` +
      (unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''),
    'Train the model again with this version of Atalaya, or run the version that trained it.',
  )
}

interface Reasoner {
  explain(row: Float32Array): Promise<Float64Array>
  close(): Promise<void>
}

/** TreeSHAP where the trees are known, ablation where they are not. */
function reasoner(trees: Uint8Array | null, manifest: Manifest, session: OnnxScorer): Reasoner {
  if (trees) {
    const explainer = createExplainer(parseXgboostJson(trees))
    return {
      explain: async row => (await explainer.explain(row)).contributions,
      close: () => explainer.close(),
    }
  }
  const reference = Float32Array.from(manifest.reasons?.reference ?? [], value => value ?? Number.NaN)
  return { explain: row => ablation(session, row, reference), close: async () => undefined }
}
