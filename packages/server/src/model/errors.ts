/** What went wrong with a model, stable across releases. */
export type ModelErrorCode =
  /** The file is not a model of the format it should have, or is damaged. */
  | 'model_malformed'
  /** A sound model of a kind that is not served: another booster, objective or split. */
  | 'model_unsupported'
  /** The model's columns are not the ones the caller gives. */
  | 'model_columns_mismatch'
  /** A row or batch of the wrong size, or data no calibration can be fitted to. */
  | 'model_bad_input'
  /** The explainer's thread failed or is closed. */
  | 'explainer_failed'

/** Any fault of a model, its scorer, its calibration or its explainer. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: ModelErrorCode

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
