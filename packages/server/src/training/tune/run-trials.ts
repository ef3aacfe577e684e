import type { FoldFigures } from './figures.ts'
import { overFolds } from './figures.ts'
import type { Parameters } from './parameters.ts'
import { HALVING_FACTOR, type Plan } from './plan.ts'
import type { Trial, TrialLog } from './trial-log.ts'

export interface RunTrialsOptions {
  readonly log: TrialLog
  /** Measures a setting on every fold, with a share of the training rows. */
  readonly judge: (parameters: Parameters, rowShare: number) => readonly FoldFigures[]
  /** Called after each trial, also one that the log already had. */
  readonly onTrial: (trial: Trial, best: Trial) => void
}

/**
 * Runs a plan rung by rung and returns the trials of the last rung, best first: by mean average precision over the
 * folds, the earlier of equals first. Of each rung the best third goes on to the next (K. Jamieson, A. Talwalkar,
 * "Non-stochastic best arm identification", 2016); the reference is always on the last, for comparison.
 */
export function runTrials(plan: Plan, { log, judge, onTrial }: RunTrialsOptions): Trial[] {
  let alive = [...plan.trials.keys()]
  let ranked: Trial[] = []
  for (const [rung, rowShare] of plan.rowShares.entries()) {
    const isLast = rung === plan.rowShares.length - 1
    const taking = isLast ? [...new Set([0, ...alive])] : alive
    ranked = []
    for (const trial of taking) {
      const parameters = plan.trials[trial]
      if (parameters === undefined) continue
      const setting = { trial, rung, rowShare, parameters }
      const done = log.find(setting) ?? measure(setting, judge, log)
      ranked.push(done)
      ranked.sort(byPrecision)
      onTrial(done, ranked[0] ?? done)
    }
    alive = ranked.slice(0, Math.ceil(ranked.length / HALVING_FACTOR)).map(({ trial }) => trial)
  }
  return ranked
}

/** Number of trials that a plan measures at most, over all rungs. */
export function countTrials({ trials, rowShares }: Plan): number {
  let alive = trials.length
  let count = 0
  for (const [rung] of rowShares.entries()) {
    const isLast = rung === rowShares.length - 1
    count += rowShares.length > 1 && isLast ? alive + 1 : alive
    alive = Math.ceil(alive / HALVING_FACTOR)
  }
  return count
}

function measure(
  setting: Pick<Trial, 'trial' | 'rung' | 'rowShare' | 'parameters'>,
  judge: RunTrialsOptions['judge'],
  log: TrialLog,
): Trial {
  const startedMs = performance.now()
  const folds = [...judge(setting.parameters, setting.rowShare)]
  const seconds = Math.round(performance.now() - startedMs) / 1000
  const trial: Trial = { kind: 'trial', ...setting, folds, seconds }
  log.add(trial)
  return trial
}

function byPrecision(a: Trial, b: Trial): number {
  const precision = ({ folds }: Trial) => overFolds(folds, 'averagePrecision').mean
  return precision(b) - precision(a) || a.trial - b.trial
}
