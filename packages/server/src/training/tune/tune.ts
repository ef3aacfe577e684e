import { CATALOGUE_VERSION } from '../../features/index.ts'
import type { FeatureTable } from '../feature-table.ts'
import { DEFAULT_FIT } from '../fit.ts'
import { type Fold, type FoldOptions, type Folds, foldsInTime } from '../folds.ts'
import { type PrepareOptions, prepareTable } from '../prepare.ts'
import { type Progress, SILENT } from '../progress.ts'
import { seededRandom, shuffle } from '../random.ts'
import type { RecordSource } from '../source.ts'
import { splitByTime } from '../split.ts'
import { loadXgboost } from '../xgboost/index.ts'
import { judgeFold, overFolds } from './figures.ts'
import { type Parameters, toFit } from './parameters.ts'
import { type PlanOptions, planTrials } from './plan.ts'
import { countTrials, runTrials } from './run-trials.ts'
import { type Trial, TrialLog } from './trial-log.ts'

/** A table with its folds. */
export interface PreparedTuning extends Folds {
  readonly table: FeatureTable
  readonly sha256: string
  readonly options: FoldOptions
}

/**
 * Makes the feature table and its folds. The pre-score networks are fitted on what the first fold learns from, so no
 * fold sees a score that knew later labels.
 *
 * @throws TrainingError `data_too_few_labels`, `training_options`; those of the source
 */
export async function prepareTuning(
  source: RecordSource,
  options: FoldOptions,
  prepare: Omit<PrepareOptions, 'prescoreSplit'>,
): Promise<PreparedTuning> {
  const { table, sha256 } = await prepareTable(source, {
    ...prepare,
    prescoreSplit: sessions => {
      const { folds, maturityDays } = foldsInTime(sessions, options)
      const [first] = folds
      return splitByTime(sessions, {
        ...{ ...options.split, maturityDays },
        ...(first && { testFromMs: first.trainedAtMs }),
      })
    },
  })
  return { table, sha256, options, ...foldsInTime(table, options) }
}

export interface TuneOptions extends PlanOptions {
  readonly maxRounds: number
  /** Takes each trial as it ends; one of the same run is gone on with. */
  readonly logFile: string
  readonly progress?: Progress
  /** Called after each trial. */
  readonly onTrial?: (trial: Trial, best: Trial) => void
}

/** A finished search. */
export interface Tuned {
  /** Trials of the last rung on all training rows, best first. */
  readonly ranked: readonly Trial[]
  /** Trial 0: what training would use without tuning. */
  readonly reference: Trial
  /** Trials that an earlier run had left in the log. */
  readonly resumed: number
}

/**
 * Searches parameters on the folds of a table; nothing of the test slice is touched. Blocks the thread. Every figure
 * but the seconds follows from data, options and XGBoost version alone, whether the run was broken off or not.
 *
 * @throws TrainingError `tuning_log`, `training_options`; XgboostError
 */
export function tune(prepared: PreparedTuning, options: TuneOptions): Tuned {
  const { table, folds } = prepared
  const { seed, maxRounds, progress = SILENT, onTrial = () => undefined } = options
  const plan = planTrials(options)
  const xgboost = loadXgboost()
  const log = TrialLog.open(options.logFile, describeRun(prepared, options, xgboost.version))
  const resumed = log.size
  progress.phase('trials', countTrials(plan))
  let done = 0
  let bestSoFar = ''
  const judge = (parameters: Parameters, rowShare: number) =>
    folds.map((fold, index) =>
      judgeFold(
        xgboost,
        table,
        { ...fold, train: someRows(table, fold, rowShare, seed) },
        { ...DEFAULT_FIT, ...toFit(parameters), seed, maxRounds },
        ({ round }) =>
          progress.update(done, `${bestSoFar}fold ${index + 1} of ${folds.length}, ${round} trees`),
      ),
    )
  const ranked = runTrials(plan, {
    ...{ log, judge },
    onTrial: (trial, best) => {
      const precision = overFolds(best.folds, 'averagePrecision').mean.toFixed(4)
      bestSoFar = `best AP ${precision} by trial ${best.trial}, `
      progress.update(++done, bestSoFar)
      onTrial(trial, best)
    },
  })
  const reference = ranked.find(({ trial }) => trial === 0)
  if (reference === undefined) throw new Error('a plan has no reference')
  return { ranked, reference, resumed }
}

function describeRun(
  { folds, maturityDays, sha256, options: { window, split } }: PreparedTuning,
  { strategy, space, base, seed, maxRounds, trials }: TuneOptions,
  xgboostVersion: string,
) {
  return {
    kind: 'run' as const,
    format: 'atalaya-tune/1' as const,
    dataSha256: sha256,
    catalogueVersion: CATALOGUE_VERSION,
    xgboostVersion,
    folds: {
      ...{ window, maturityDays },
      ...{ validationShare: split.validationShare, calibrationShare: split.calibrationShare },
      trainedAtMs: folds.map(({ trainedAtMs }) => trainedAtMs),
      judgedRows: folds.map(({ judged }) => judged.length),
    },
    ...{ strategy, space, base, seed, maxRounds },
    ...(strategy === 'halving' && { trials }),
  }
}

/**
 * A share of a fold's training rows, of each class alike so that the fraud rate stays. Shares of one seed hold one
 * another: a later rung adds rows and loses none.
 */
function someRows(table: FeatureTable, { train }: Fold, share: number, seed: number): Uint32Array {
  if (share === 1) return train
  const random = seededRandom(seed)
  const kept = [0, 1].flatMap(label => {
    const rows = train.filter(row => table.facts(row).label === label)
    shuffle(rows, random)
    return [...rows.subarray(0, Math.ceil(share * rows.length))]
  })
  return Uint32Array.from(kept).sort()
}
