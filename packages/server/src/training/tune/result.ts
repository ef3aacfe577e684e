import { type Imbalance, imbalanceName } from '../imbalance/index.ts'
import { type FigureName, overFolds, overReference, type Spread } from './figures.ts'
import { PARAMETERS_FORMAT, type Parameters, type ParametersFile } from './parameters.ts'
import type { PlanOptions } from './plan.ts'
import type { Trial } from './trial-log.ts'
import type { Tuned } from './tune.ts'

/** Trials that the final table shows. */
const SHOWN = 10

/** The best parameters and how they were found. */
export function bestOf(
  { ranked, reference }: Tuned,
  dataSha256: string,
  { strategy, seed, trials }: PlanOptions,
): ParametersFile {
  const best = ranked[0] ?? reference
  return {
    format: PARAMETERS_FORMAT,
    parameters: best.parameters,
    chosenBy: {
      ...{ strategy, seed, trial: best.trial, trials, folds: best.folds.length, dataSha256 },
      averagePrecision: overFolds(best.folds, 'averagePrecision'),
      overDefaults: overReference(best.folds, reference.folds, 'averagePrecision'),
    },
  }
}

/** A trial as it ends, for whoever waits without a progress bar. */
export function trialLine(trial: Trial, best: Trial): string {
  const rung = trial.rowShare < 1 ? ` on ${(100 * trial.rowShare).toFixed(0)} % of the rows` : ''
  const precision = (of: Trial) => figure(of, 'averagePrecision', 4)
  return `trial ${trial.trial}${rung}: AP ${precision(trial)} in ${trial.seconds.toFixed(1)} s; best ${precision(best)} by trial ${best.trial}`
}

/** The best trials with mean and spread over the folds. */
export function trialsTable({ ranked, reference }: Tuned): string {
  const rows = ranked.slice(0, SHOWN)
  const shown = rows.includes(reference) ? rows : [...rows, reference]
  return table(
    ['trial', 'AP', 'to trial 0', 'ROC-AUC', 'Brier', 'ECE', 'trees', 's', 'parameters'],
    shown.map(trial => [
      String(trial.trial),
      figure(trial, 'averagePrecision', 4),
      trial === reference ? '' : difference(trial, reference, 'averagePrecision'),
      figure(trial, 'rocAuc', 4),
      figure(trial, 'brier', 5),
      figure(trial, 'calibrationError', 5),
      overFolds(trial.folds, 'rounds').mean.toFixed(0),
      trial.seconds.toFixed(1),
      trial.trial === 0 ? `untuned: ${settingOf(trial.parameters)}` : settingOf(trial.parameters),
    ]),
  )
}

const ABLATION_FIGURES = [
  'averagePrecision',
  'rocAuc',
  'brierRaw',
  'brier',
  'calibrationErrorRaw',
  'calibrationError',
] as const satisfies readonly FigureName[]

/** What an ablation is stored as. */
export interface AblationFile {
  readonly format: 'atalaya-ablation/1'
  readonly dataSha256: string
  readonly folds: number
  /** All but the treatment of imbalance. */
  readonly parameters: Omit<Parameters, 'imbalance'>
  readonly treatments: readonly {
    readonly imbalance: Imbalance
    readonly figures: Readonly<Record<(typeof ABLATION_FIGURES)[number], Spread>>
    readonly averagePrecisionToNone: Spread
  }[]
}

/** The treatments of imbalance beside each other, in the order they were planned. */
export function ablationOf({ ranked, reference }: Tuned, dataSha256: string): AblationFile {
  const { imbalance: _, ...parameters } = reference.parameters
  return {
    format: 'atalaya-ablation/1',
    ...{ dataSha256, folds: reference.folds.length, parameters },
    treatments: inOrder(ranked).map(trial => ({
      imbalance: trial.parameters.imbalance,
      figures: {
        averagePrecision: overFolds(trial.folds, 'averagePrecision'),
        rocAuc: overFolds(trial.folds, 'rocAuc'),
        brierRaw: overFolds(trial.folds, 'brierRaw'),
        brier: overFolds(trial.folds, 'brier'),
        calibrationErrorRaw: overFolds(trial.folds, 'calibrationErrorRaw'),
        calibrationError: overFolds(trial.folds, 'calibrationError'),
      },
      averagePrecisionToNone: overReference(trial.folds, reference.folds, 'averagePrecision'),
    })),
  }
}

/** The ablation as text: mean and standard deviation over the folds. */
export function ablationTable({ ranked, reference }: Tuned): string {
  return table(
    ['imbalance', 'AP', 'to none', 'ROC-AUC', 'Brier raw', 'Brier', 'ECE raw', 'ECE'],
    inOrder(ranked).map(trial => [
      imbalanceName(trial.parameters.imbalance),
      figure(trial, 'averagePrecision', 4),
      trial === reference ? '' : difference(trial, reference, 'averagePrecision'),
      figure(trial, 'rocAuc', 4),
      figure(trial, 'brierRaw', 5),
      figure(trial, 'brier', 5),
      figure(trial, 'calibrationErrorRaw', 5),
      figure(trial, 'calibrationError', 5),
    ]),
  )
}

const inOrder = (trials: readonly Trial[]) => [...trials].sort((a, b) => a.trial - b.trial)

function figure({ folds }: Trial, name: FigureName, digits: number): string {
  return plusMinus(overFolds(folds, name), digits)
}

function difference({ folds }: Trial, reference: Trial, name: FigureName): string {
  const spread = overReference(folds, reference.folds, name)
  return `${spread.mean < 0 ? '' : '+'}${plusMinus(spread, 4)}`
}

const plusMinus = ({ mean, deviation }: Spread, digits: number) =>
  `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`

function settingOf({ imbalance, ...numbers }: Parameters): string {
  const parts = Object.entries(numbers).map(([name, value]) => `${name} ${value}`)
  return [...parts, ...(imbalance.kind === 'none' ? [] : [imbalanceName(imbalance)])].join(', ')
}

/** Columns as wide as their widest cell; the last one runs on. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) =>
    Math.max(name.length, ...rows.map(row => row[column]?.length ?? 0)),
  )
  return [head, ...rows]
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
