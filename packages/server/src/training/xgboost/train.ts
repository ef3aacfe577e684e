import { Booster } from './booster.ts'
import type { DataMatrix } from './data-matrix.ts'
import { XgboostError } from './errors.ts'
import { check, type NativeXgboost, type Out, written } from './native.ts'
import { type BoosterParams, isHigherBetter, type Metric, metricsOf, paramEntries } from './params.ts'

/** What happened in one boosting round. */
export interface Round {
  /** 1 for the first. */
  readonly round: number
  readonly rounds: number
  /** Metrics on the validation rows; empty without them. */
  readonly metrics: Readonly<Partial<Record<Metric, number>>>
}

/** What to train. */
export interface TrainOptions {
  readonly params: BoosterParams
  /** Most boosting rounds. */
  readonly rounds: number
  readonly train: DataMatrix
  /** Rows later than the training rows, for metrics and early stopping. */
  readonly validation?: DataMatrix
  /** Stop once the last metric has not improved for so many rounds; needs `validation`. */
  readonly earlyStoppingRounds?: number
  /** Called after each round, for progress. */
  readonly onRound?: (round: Round) => void
}

/** A finished training. */
export interface TrainResult {
  /** Holds the rounds up to the best one and no more, so every form made of it scores alike. The caller closes it. */
  readonly booster: Booster
  /** Zero-based, as XGBoost counts: the booster has `bestIteration + 1` rounds. */
  readonly bestIteration: number
  readonly history: readonly Round[]
}

/**
 * Trains a gradient-boosted tree model with the `binary:logistic` objective. Blocks the thread until done.
 *
 * @throws XgboostError `xgboost_bad_input` or `xgboost_failed`
 */
export function train(api: NativeXgboost, options: TrainOptions): TrainResult {
  checkOptions(options)
  const booster = Booster.create(
    api,
    options.validation ? [options.train, options.validation] : [options.train],
  )
  try {
    for (const [name, value] of paramEntries(options.params)) booster.setParam(name, value)
    const { history, bestIteration } = boost(api, booster, options)
    booster.setColumns(options.train.columns)
    if (bestIteration + 1 === history.length) return { booster, bestIteration, history }
    const best = booster.slice(bestIteration + 1)
    booster.close()
    return { booster: best, bestIteration, history }
  } catch (fault) {
    booster.close()
    throw fault
  }
}

function boost(
  api: NativeXgboost,
  booster: Booster,
  { params, rounds, train: rows, validation, earlyStoppingRounds, onRound }: TrainOptions,
): { history: Round[]; bestIteration: number } {
  const metrics = metricsOf(params)
  const deciding = metrics[metrics.length - 1] ?? 'logloss'
  const sign = isHigherBetter(deciding) ? 1 : -1
  const history: Round[] = []
  let bestIteration = 0
  let bestScore = Number.NEGATIVE_INFINITY
  for (let iteration = 0; iteration < rounds; iteration++) {
    check(api, api.XGBoosterUpdateOneIter(booster.handle, iteration, rows.handle))
    const measured = validation ? evaluate(api, booster, iteration, validation, metrics) : {}
    const round = { round: iteration + 1, rounds, metrics: measured }
    history.push(round)
    onRound?.(round)
    if (earlyStoppingRounds === undefined) {
      bestIteration = iteration
      continue
    }
    const score = sign * (measured[deciding] ?? Number.NaN)
    if (score > bestScore) {
      bestScore = score
      bestIteration = iteration
    }
    if (iteration - bestIteration >= earlyStoppingRounds) break
  }
  return { history, bestIteration }
}

/** XGBoost reports metrics as text: `[0]\tvalidation-logloss:0.5\tvalidation-aucpr:0.3`, in the order they were set. */
function evaluate(
  api: NativeXgboost,
  booster: Booster,
  iteration: number,
  matrix: DataMatrix,
  metrics: readonly Metric[],
): Partial<Record<Metric, number>> {
  const out: Out<string> = [null]
  check(api, api.XGBoosterEvalOneIter(booster.handle, iteration, [matrix.handle], ['validation'], 1, out))
  const values = written(out)
    .split('\t')
    .slice(1)
    .map(part => Number(part.slice(part.lastIndexOf(':') + 1)))
  return Object.fromEntries(metrics.map((metric, index) => [metric, values[index] ?? Number.NaN]))
}

function checkOptions({ rounds, train: rows, validation, earlyStoppingRounds }: TrainOptions): void {
  if (!Number.isInteger(rounds) || rounds < 1)
    throw badOption(`rounds must be a positive integer, not ${rounds}.`)
  if (!rows.hasLabel) throw badOption('The training rows have no label.')
  if (validation && !validation.hasLabel) throw badOption('The validation rows have no label.')
  if (validation && validation.columns.join('\n') !== rows.columns.join('\n'))
    throw badOption('The validation rows have other columns than the training rows.')
  if (earlyStoppingRounds === undefined) return
  if (!Number.isInteger(earlyStoppingRounds) || earlyStoppingRounds < 1)
    throw badOption(`earlyStoppingRounds must be a positive integer, not ${earlyStoppingRounds}.`)
  if (!validation) throw badOption('Early stopping needs validation rows.')
}

function badOption(message: string): XgboostError {
  return new XgboostError('xgboost_bad_input', message)
}
