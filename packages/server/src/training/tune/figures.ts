import Type, { type Static } from 'typebox'
import { calibrate } from '../../model/calibration.ts'
import type { FeatureTable } from '../feature-table.ts'
import { type FitOptions, fitCalibration, type OnRound, stopTrees } from '../fit.ts'
import type { Fold } from '../folds.ts'
import { averagePrecision, brierScore, expectedCalibrationError, rank, rocAuc } from '../metrics/index.ts'
import type { Xgboost } from '../xgboost/index.ts'

/** What is measured of a setting on the judged rows of one fold. Raw: the trees' own probability. */
export const FoldFiguresSchema = Type.Object(
  {
    averagePrecision: Type.Number(),
    rocAuc: Type.Number(),
    brierRaw: Type.Number(),
    brier: Type.Number({ description: 'Brier score after calibration on the slice before' }),
    calibrationErrorRaw: Type.Number(),
    calibrationError: Type.Number({ description: 'Expected calibration error after calibration' }),
    rounds: Type.Integer(),
  },
  { additionalProperties: false },
)
export type FoldFigures = Static<typeof FoldFiguresSchema>
export type FigureName = keyof FoldFigures

/** Grows trees on a fold, calibrates them on its later slice, and measures them on the rows it judges. */
export function judgeFold(
  xgboost: Xgboost,
  table: FeatureTable,
  fold: Fold,
  options: FitOptions,
  onRound: OnRound,
): FoldFigures {
  const { booster, rounds, columns, places } = stopTrees(xgboost, table, fold, options, onRound)
  try {
    const matrixOf = (rows: Uint32Array) => xgboost.matrix({ values: table.gather(rows, places), columns })
    using calibrating = matrixOf(fold.calibration)
    using judged = matrixOf(fold.judged)
    const calibration = fitCalibration(booster.margins(calibrating), table.labels(fold.calibration))
    const labels = table.labels(fold.judged)
    const margins = booster.margins(judged)
    const raw = { scores: booster.probabilities(judged), labels }
    const calibrated = {
      scores: Float64Array.from(margins, margin => calibrate(calibration, margin)),
      labels,
    }
    const byMargin = rank({ scores: margins, labels })
    return {
      averagePrecision: averagePrecision(byMargin),
      rocAuc: rocAuc(byMargin),
      brierRaw: brierScore(raw),
      brier: brierScore(calibrated),
      calibrationErrorRaw: expectedCalibrationError(rank(raw)),
      calibrationError: expectedCalibrationError(rank(calibrated)),
      rounds,
    }
  } finally {
    booster.close()
  }
}

/** Mean over folds, and the standard deviation between them (0 of a single one). */
export interface Spread {
  readonly mean: number
  readonly deviation: number
}

/** Mean and standard deviation of some numbers. */
export function spread(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, deviation: 0 }
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

/** A figure over the folds. */
export function overFolds(folds: readonly FoldFigures[], name: FigureName): Spread {
  return spread(folds.map(fold => fold[name]))
}

/**
 * A figure's difference to another setting, fold by fold: folds differ in difficulty far more than settings do, so
 * the spread of the differences tells what the spread of the figures hides.
 */
export function overReference(
  folds: readonly FoldFigures[],
  reference: readonly FoldFigures[],
  name: FigureName,
): Spread {
  return spread(folds.map((fold, index) => fold[name] - (reference[index]?.[name] ?? Number.NaN)))
}
