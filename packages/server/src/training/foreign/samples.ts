import { existsSync, readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { foreignFault } from './faults.ts'

/** Rows and what the model's own library said of them, so that the import can be held to it. */
const SamplesSchema = Type.Object({
  format: Type.Literal('atalaya-samples/1'),
  /** What scored them, for example `XGBoost 3.2.0`. */
  library: Type.String(),
  /** In the order of the model; null is missing. */
  rows: Type.Array(Type.Array(Type.Union([Type.Number(), Type.Null()]), { minItems: 1 }), { minItems: 1 }),
  /** Log-odds, where the library tells them. */
  margin: Type.Optional(Type.Array(Type.Number())),
  /** Probability of fraud. */
  probability: Type.Array(Type.Number({ minimum: 0, maximum: 1 })),
})
export type Samples = Static<typeof SamplesSchema>

const compiled = Compile(SamplesSchema)

/**
 * Reads a file of scored rows.
 *
 * @param width columns of the model
 * @throws TrainingError `foreign_model` naming what does not fit
 */
export function readSamples(path: string, width: number): Samples {
  const mend = 'examples/python/train.py writes one; docs/models.md has the format.'
  if (!existsSync(path)) throw foreignFault(`samples file ${path} does not exist`, 'Check the path.')
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw foreignFault(`samples file ${path} is not JSON`, mend, cause)
  }
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value)
    throw foreignFault(
      `samples file ${path} does not fit at ${fault?.instancePath || '/'}: ${fault?.message ?? ''}`,
      mend,
    )
  }
  const { rows, margin, probability } = value
  const odd = rows.findIndex(row => row.length !== width)
  if (odd >= 0)
    throw foreignFault(
      `row ${odd} of ${path} has ${rows[odd]?.length} values and the model ${width} columns`,
      mend,
    )
  if (probability.length !== rows.length || (margin && margin.length !== rows.length))
    throw foreignFault(`${path} has not one score for each of its ${rows.length} rows`, mend)
  return value
}

/** The samples' rows one behind the other, NaN for missing. */
export function sampleValues({ rows }: Samples): Float32Array {
  return Float32Array.from(rows.flat(), value => value ?? Number.NaN)
}
