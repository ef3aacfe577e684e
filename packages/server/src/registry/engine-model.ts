import type { Scorer } from '../decide/types.ts'
import { CATALOGUE, COLUMNS } from '../features/index.ts'
import { createExplainer } from '../model/explainer.ts'
import { createScorer } from '../model/onnx/scorer.ts'
import { parseXgboostJson } from '../model/xgboost-json.ts'
import { RegistryError } from './errors.ts'
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
  const explainer = createExplainer(parseXgboostJson(trees))
  const scorer: Scorer = {
    version,
    columns: manifest.columns,
    score: row => session.score(row),
    explain: async row => (await explainer.explain(row)).contributions,
  }
  return {
    version,
    manifest,
    scorer,
    prescore,
    close: async () => {
      await explainer.close()
      await session.close()
    },
  }
}

/** A feature that was defined anew has another version: the model must not be given it. */
function checkFeatures({ version, columns, features }: Manifest): void {
  const known = new Map(CATALOGUE.map(feature => [feature.name, feature.version]))
  const unknown = [
    ...features
      .filter(feature => known.get(feature.name) !== feature.version)
      .map(feature => `${feature.name} (version ${feature.version})`),
    ...columns.filter(column => !COLUMNS.includes(column)),
  ]
  if (unknown.length === 0) return
  throw new RegistryError(
    'model_features_unknown',
    `model ${version} needs features that this build does not compute: ${unknown.slice(0, 5).join(', ')}` +
      (unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''),
    'Train the model again with this version of Atalaya, or run the version that trained it.',
  )
}
