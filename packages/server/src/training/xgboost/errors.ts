/** What went wrong, stable across releases. */
export type XgboostErrorCode =
  /** No loadable libxgboost on this machine; the message says how to install it. */
  | 'xgboost_missing'
  /** The library found is older than 1.7. */
  | 'xgboost_too_old'
  /** Rows, labels or parameters that XGBoost must not be given; the message names the place. */
  | 'xgboost_bad_input'
  /** XGBoost itself reported an error; its own words are in the message. */
  | 'xgboost_failed'
  /** A matrix or booster was used after `close()`. */
  | 'xgboost_closed'

/** Any fault of the training engine. */
export class XgboostError extends Error {
  override readonly name = 'XgboostError'
  readonly code: XgboostErrorCode

  constructor(code: XgboostErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
