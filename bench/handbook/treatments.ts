import { imbalanceName } from '../../packages/server/src/training/imbalance/index.ts'
import {
  brierScore,
  expectedCalibrationError,
  rank,
} from '../../packages/server/src/training/metrics/index.ts'
import { type Spread, spread, TREATMENTS } from '../../packages/server/src/training/tune/index.ts'
import { CHOICE } from './choice.ts'
import { type Figures, meanFigures } from './figures.ts'
import { type MeasuredFold, measureFold, type Replayed } from './measure.ts'

/** Figures of one treatment of imbalance: means over the folds, and its probabilities before any calibration. */
export interface TreatmentFigures extends Figures {
  readonly imbalance: string
  /** Difference to the average precision without treatment, fold by fold. */
  readonly apToNone: Spread
  readonly brierRaw: number
  readonly calibrationErrorRaw: number
}

/**
 * Runs the protocol once for each treatment of imbalance, with all else as chosen.
 *
 * @throws as `measureFolds`
 */
export function measureTreatments(
  replayed: Replayed,
  say: (line: string) => void,
): readonly TreatmentFigures[] {
  const measured = TREATMENTS.map(imbalance => {
    const name = imbalanceName(imbalance)
    const folds = replayed.folds.map(fold => measureFold(replayed, fold, { ...CHOICE, imbalance }))
    say(`${name} measured`)
    return { name, folds }
  })
  const none = measured[0]?.folds ?? []
  return measured.map(({ name, folds }) => figuresOf(name, folds, none))
}

function figuresOf(
  imbalance: string,
  folds: readonly MeasuredFold[],
  none: readonly MeasuredFold[],
): TreatmentFigures {
  const raw = folds.map(({ judged: { scores, labels } }) => ({
    scores: scores.map(margin => 1 / (1 + Math.exp(-margin))),
    labels,
  }))
  return {
    imbalance,
    ...meanFigures(folds.map(({ figures }) => figures)),
    apToNone: spread(folds.map(({ figures }, fold) => figures.ap - (none[fold]?.figures.ap ?? Number.NaN))),
    brierRaw: spread(raw.map(judged => brierScore(judged))).mean,
    calibrationErrorRaw: spread(raw.map(judged => expectedCalibrationError(rank(judged)))).mean,
  }
}

/** The treatments beside each other. */
export function treatmentsTable(treatments: readonly TreatmentFigures[]): string {
  const cells = treatments.map(({ imbalance, auc, ap, apToNone, cp100, brierRaw, calibrationErrorRaw }) => [
    imbalance,
    ...[auc, ap].map(value => value.toFixed(4)),
    `${apToNone.mean < 0 ? '' : '+'}${apToNone.mean.toFixed(4)} ± ${apToNone.deviation.toFixed(4)}`,
    ...[cp100, brierRaw, calibrationErrorRaw].map(value => value.toFixed(4)),
  ])
  const head = ['imbalance', 'AUC', 'AP', 'to none', 'CP@100', 'Brier raw', 'ECE raw']
  return [head, ...cells]
    .map(row =>
      row
        .map(cell => cell.padEnd(18))
        .join('')
        .trimEnd(),
    )
    .join('\n')
}
