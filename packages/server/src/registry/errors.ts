import { AtalayaError } from '../base/errors.ts'

export type RegistryErrorCode =
  /** No such version or alias. */
  | 'model_unknown'
  /** A file is missing, damaged, or is not what its manifest says. */
  | 'model_corrupt'
  /** A sound model that this build cannot compute the features of. */
  | 'model_features_unknown'
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
