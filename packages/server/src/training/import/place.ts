/** Where a row stands. */
export interface Place {
  /** Index among the files that were read together. */
  readonly file: number
  /** 1 for the first line; exact unless cells contain line breaks or lines are empty. */
  readonly line: number
}
