export type HistoryErrorCode =
  | 'history_invalid_mark'
  | 'history_invalid_hash_key'
  | 'history_snapshot_corrupt'
  | 'history_snapshot_version'
  | 'history_snapshot_hash_key'

/** A mark, a key or a snapshot the history cannot take. The history is unchanged when it is thrown. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError'
  readonly code: HistoryErrorCode

  constructor(code: HistoryErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
