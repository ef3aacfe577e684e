/** The three figures of the protocol. */
export interface Figures {
  readonly auc: number
  readonly ap: number
  readonly cp100: number
}

/** The figures of one fold. */
export interface FoldFigures extends Figures {
  /** First day of training, YYYY-MM-DD. */
  readonly start: string
}

/** What `--json` prints. */
export interface HandbookFigures {
  readonly folds: readonly FoldFigures[]
  readonly mean: Figures
}

/** Plain means over the folds. */
export function meanFigures(folds: readonly Figures[]): Figures {
  const mean = (figure: keyof Figures) => folds.reduce((sum, fold) => sum + fold[figure], 0) / folds.length
  return { auc: mean('auc'), ap: mean('ap'), cp100: mean('cp100') }
}
