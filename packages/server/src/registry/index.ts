export { loadEngineModel } from './engine-model.ts'
export { RegistryError, type RegistryErrorCode } from './errors.ts'
export type { RecordedEvaluation } from './evaluations.ts'
export {
  checkGates,
  DEFAULT_GATES,
  type FailedGate,
  failedOwnGates,
  type Gates,
  gatesFault,
  readGates,
} from './gates.ts'
export { unknownFeatures } from './known-features.ts'
export {
  type Manifest,
  ManifestSchema,
  MODEL_FORMAT,
  type Parity,
  sha256Hex,
} from './manifest.ts'
export type { Estimate } from './measures.ts'
export { noteNow } from './note.ts'
export type { Promotion, PromotionNote } from './promotions.ts'
export { openRegistry } from './registry.ts'
export { readShadowScores, type ShadowScore, shadowFile } from './shadow-scores.ts'
export type { EngineModel, ModelArtefacts, ModelRegistry, ModelSummary, StoredModel } from './types.ts'
