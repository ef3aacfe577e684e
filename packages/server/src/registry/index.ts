export { loadEngineModel } from './engine-model.ts'
export { RegistryError, type RegistryErrorCode } from './errors.ts'
export {
  type Estimate,
  type Manifest,
  ManifestSchema,
  MODEL_FORMAT,
  sha256Hex,
} from './manifest.ts'
export { openRegistry } from './registry.ts'
export type { EngineModel, ModelArtefacts, ModelRegistry, ModelSummary, StoredModel } from './types.ts'
