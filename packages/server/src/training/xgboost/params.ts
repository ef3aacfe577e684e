import { availableParallelism } from 'node:os'
import { XgboostError } from './errors.ts'

/** Metrics the trainer may watch; the direction of each is fixed here for early stopping. */
const METRICS = {
  logloss: 'lower',
  error: 'lower',
  rmse: 'lower',
  auc: 'higher',
  aucpr: 'higher',
} as const

/** A metric of XGBoost, by XGBoost's own name. */
export type Metric = keyof typeof METRICS

/**
 * Parameters of a `binary:logistic` tree booster, by XGBoost's own names (so that a parameter found in its
 * documentation can be used as it is written there). Only what is listed is accepted: XGBoost itself lets a
 * misspelt name pass in silence.
 */
export interface BoosterParams {
  /** Same data, parameters and library version: same model bytes, whatever the number of threads. */
  readonly seed: number
  readonly eta?: number
  readonly max_depth?: number
  readonly max_leaves?: number
  readonly grow_policy?: 'depthwise' | 'lossguide'
  readonly min_child_weight?: number
  readonly gamma?: number
  readonly lambda?: number
  readonly alpha?: number
  readonly max_delta_step?: number
  readonly subsample?: number
  readonly colsample_bytree?: number
  readonly colsample_bylevel?: number
  readonly colsample_bynode?: number
  readonly scale_pos_weight?: number
  /** Default `hist` in every library version. */
  readonly tree_method?: 'hist' | 'exact' | 'approx'
  readonly max_bin?: number
  /**
   * Prior probability that boosting starts from. Default 0.5 in every library version (XGBoost 2 and later would
   * estimate it): its margin is exactly 0, so no later stage has to round a logarithm the way the C library does.
   */
  readonly base_score?: number
  /** Watched on the validation rows; the last one decides early stopping. Default `logloss`. */
  readonly eval_metric?: Metric | readonly Metric[]
  /** Threads used by XGBoost. Default: those of the machine. */
  readonly nthread?: number
}

const NAMES: Readonly<Record<keyof BoosterParams, true>> = {
  seed: true,
  eta: true,
  max_depth: true,
  max_leaves: true,
  grow_policy: true,
  min_child_weight: true,
  gamma: true,
  lambda: true,
  alpha: true,
  max_delta_step: true,
  subsample: true,
  colsample_bytree: true,
  colsample_bylevel: true,
  colsample_bynode: true,
  scale_pos_weight: true,
  tree_method: true,
  max_bin: true,
  base_score: true,
  eval_metric: true,
  nthread: true,
}

/** Threads used where nothing else is said. Gradients are summed in double precision, so their number changes no bit. */
export const DEFAULT_THREADS = availableParallelism()

/** The metrics of the parameters, in the order XGBoost reports them. */
export function metricsOf(params: BoosterParams): readonly Metric[] {
  const metrics = params.eval_metric ?? 'logloss'
  return typeof metrics === 'string' ? [metrics] : metrics
}

/** True if a larger value of the metric is a better model. */
export function isHigherBetter(metric: Metric): boolean {
  return METRICS[metric] === 'higher'
}

/**
 * The parameters as name and value, in the order they are set.
 *
 * @throws XgboostError `xgboost_bad_input` naming a parameter that is unknown or not finite
 */
export function paramEntries(params: BoosterParams): [name: string, value: string][] {
  for (const [name, value] of Object.entries(params)) {
    if (!Object.hasOwn(NAMES, name))
      throw badParam(`Unknown XGBoost parameter "${name}". Known: ${Object.keys(NAMES).join(', ')}.`)
    if (typeof value === 'number' && !Number.isFinite(value))
      throw badParam(`XGBoost parameter "${name}" must be a finite number, not ${value}.`)
  }
  if (!Number.isInteger(params.seed))
    throw badParam(`XGBoost parameter "seed" must be an integer, not ${params.seed}.`)
  const metrics = metricsOf(params)
  const unknown = metrics.find(metric => !Object.hasOwn(METRICS, metric))
  if (metrics.length === 0 || unknown !== undefined)
    throw badParam(`Unknown eval_metric "${unknown ?? ''}". Known: ${Object.keys(METRICS).join(', ')}.`)
  const { eval_metric: _, ...given } = params
  const settings = { tree_method: 'hist', base_score: 0.5, nthread: DEFAULT_THREADS, ...given }
  return [
    ['booster', 'gbtree'],
    ['objective', 'binary:logistic'],
    ['verbosity', '0'],
    ...Object.entries(settings).map(([name, value]): [string, string] => [name, String(value)]),
    ...metrics.map((metric): [string, string] => ['eval_metric', metric]),
  ]
}

function badParam(message: string): XgboostError {
  return new XgboostError('xgboost_bad_input', message)
}
