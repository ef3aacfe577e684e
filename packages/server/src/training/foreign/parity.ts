import { type Calibration, calibrate, UNCALIBRATED } from '../../model/calibration.ts'
import { createScorer } from '../../model/onnx/scorer.ts'
import type { Parity } from '../../registry/index.ts'
import { TrainingError } from '../errors.ts'
import { parityOf } from '../manifest.ts'
import { checkParity, loadXgboost, PARITY_LIMITS, type Xgboost, XgboostError } from '../xgboost/index.ts'
import type { ForeignModel } from './foreign-model.ts'
import { type Samples, sampleValues } from './samples.ts'

export interface ForeignParityInput {
  readonly model: ForeignModel
  readonly columns: readonly string[]
  readonly calibration: Calibration
  /** As it will be served. */
  readonly onnx: Uint8Array
  /** Rows of the history, row-major. */
  readonly values: Float32Array
  readonly samples: Samples | null
}

/**
 * Holds an imported model against what trained it: scores that its own library gave for sample rows, and, for
 * XGBoost, the library of this machine on rows of the history.
 *
 * @returns the stricter of what could be compared; null when nothing could
 * @throws TrainingError `parity_failed` naming each difference beyond its limit
 */
export async function foreignParity(input: ForeignParityInput): Promise<Parity | null> {
  const bySamples = input.samples && (await compareSamples(input, input.samples))
  const byLibrary = await compareLibrary(input)
  if (!bySamples || !byLibrary) return bySamples ?? byLibrary
  return {
    against: `${bySamples.against} and ${byLibrary.against}`,
    rows: bySamples.rows + byLibrary.rows,
    margin: larger(bySamples.margin, byLibrary.margin),
    probability: Math.max(bySamples.probability, byLibrary.probability),
    contributions: byLibrary.contributions,
  }
}

async function compareSamples(
  { model, columns, calibration, onnx }: ForeignParityInput,
  samples: Samples,
): Promise<Parity> {
  const values = sampleValues(samples)
  const rows = samples.rows.length
  const scored = async (bytes: Uint8Array) => {
    const scorer = await createScorer(bytes, columns)
    const scores = await scorer.scoreBatch(values, rows)
    await scorer.close()
    return scores
  }
  const bare = await scored(model.encode(columns, UNCALIBRATED, 'bare'))
  const served = await scored(onnx)
  const calibrated = Float64Array.from(bare.margins, margin => calibrate(calibration, margin))
  const parity: Parity = {
    against: `${samples.library}'s own scores`,
    rows,
    margin: samples.margin && model.json ? farthest(bare.margins, samples.margin) : null,
    probability: Math.max(
      farthest(bare.probabilities, samples.probability),
      farthest(served.probabilities, calibrated),
    ),
    contributions: null,
  }
  const faults = [
    ...((parity.margin ?? 0) > PARITY_LIMITS.onnxMargin
      ? [`log-odds by ${parity.margin}, at most ${PARITY_LIMITS.onnxMargin}`]
      : []),
    ...(parity.probability > PARITY_LIMITS.onnxProbability
      ? [`probability by ${parity.probability}, at most ${PARITY_LIMITS.onnxProbability}`]
      : []),
  ]
  if (faults.length > 0) throw parityFault(`differs from ${parity.against}: ${faults.join('; ')}`)
  return parity
}

async function compareLibrary({
  model,
  columns,
  calibration,
  onnx,
  values,
}: ForeignParityInput): Promise<Parity | null> {
  const xgboost = model.json && installedXgboost()
  if (!xgboost || !model.json) return null
  try {
    const report = await checkParity({
      ...{ xgboost, onnx, calibration, values, columns },
      model: forOlderReaders(model.json),
    })
    if (report.faults.length > 0) throw parityFault(report.faults.join('; '))
    return parityOf(report, xgboost.version)
  } catch (error) {
    // A file of a newer version than the library of this machine says nothing against the file.
    if (error instanceof XgboostError) return null
    throw error
  }
}

function installedXgboost(): Xgboost | null {
  try {
    return loadXgboost()
  } catch (error) {
    if (error instanceof XgboostError) return null
    throw error
  }
}

/** From 3.1 XGBoost writes the base score as a list, which earlier ones cannot read. */
export function forOlderReaders(json: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(json)
  return new TextEncoder().encode(text.replace(/("base_score"\s*:\s*")\[([^\],"]+)\]"/, '$1$2"'))
}

function parityFault(what: string): TrainingError {
  return new TrainingError(
    'parity_failed',
    `the imported model does not score as it does at home: ${what}`,
    'Nothing was written. Check the order of the columns, and that the rows hold what the model was given.',
  )
}

/** NaN counts as infinitely far, so that it cannot hide. */
function farthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs((actual[index] ?? Number.NaN) - (expected[index] ?? Number.NaN))
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference)
  }
  return worst
}

function larger(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
