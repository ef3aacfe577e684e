import { AtalayaError } from '../base/errors.ts'

export type TrainingErrorCode =
  /** A file that cannot be read, or is of no known kind. */
  | 'data_unreadable'
  /** A mapping file that does not fit its schema. */
  | 'mapping_invalid'
  /** A column that the mapping or the record needs is not in the file. */
  | 'columns_missing'
  /** More bad rows than allowed. */
  | 'too_many_bad_rows'
  /** The quality gate found what no model may be trained on. */
  | 'quality_refused'
  /** No labels, one class only, or too few frauds in a slice. */
  | 'data_too_few_labels'
  | 'order_unknown'
  /** Options that contradict each other or the data. */
  | 'training_options'
  /** A log of trials that is of another run. */
  | 'tuning_log'
  /** A model from elsewhere that cannot be read, or that this build cannot serve. */
  | 'foreign_model'
  /** An order that the history does not have. */
  | 'order_unknown'
  /** The exported model does not score as XGBoost does. */
  | 'parity_failed'

/** A fault of the data or options given to training; nothing was written. */
export class TrainingError extends AtalayaError {
  declare readonly code: TrainingErrorCode

  constructor(code: TrainingErrorCode, message: string, mend: string, options?: ErrorOptions) {
    super(code, message, mend, options)
    this.name = 'TrainingError'
  }
}
