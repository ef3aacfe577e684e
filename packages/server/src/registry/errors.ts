import { AtalayaError } from '../base/errors.ts'

export type RegistryErrorCode =
  /** No such version or alias. */
  | 'model_unknown'
  /** A file is missing, damaged, or is not what its manifest says. */
  | 'model_corrupt'
  /** A sound model that this build cannot compute the features of. */
  | 'model_features_unknown'
  /** A version that an alias stands for cannot be removed. */
  | 'model_in_use'
  /** There is no version before to go back to. */
  | 'rollback_impossible'
  /** A version that fails the gates of a promotion. */
  | 'gates_failed'
  /** A file of gates that does not fit its schema. */
  | 'gates_invalid'
  /** The registry's folder cannot be read or written. */
  | 'registry_unusable'

/** A fault of the model registry. */
export class RegistryError extends AtalayaError {
  declare readonly code: RegistryErrorCode

  constructor(code: RegistryErrorCode, message: string, mend: string, options?: ErrorOptions) {
    super(code, message, mend, options)
    this.name = 'RegistryError'
  }
}
