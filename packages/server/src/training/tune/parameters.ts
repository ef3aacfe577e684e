import { readFileSync } from 'node:fs'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { TrainingError } from '../errors.ts'
import { DEFAULT_FIT, type FitOptions } from '../fit.ts'
import { ImbalanceSchema } from '../imbalance/index.ts'

const strict = { additionalProperties: false } as const
const share = { exclusiveMinimum: 0, maximum: 1 } as const

/** The numbers that can be tuned, with the bounds of each. */
export const NUMBERS = {
  maxDepth: Type.Integer({ minimum: 1, maximum: 16, description: 'Depth of a tree' }),
  eta: Type.Number({ minimum: 0.001, maximum: 1, description: 'Learning rate' }),
  minChildWeight: Type.Number({ minimum: 0, maximum: 1e6, description: 'Least weight of a leaf' }),
  subsample: Type.Number({ ...share, description: 'Share of the rows a tree sees' }),
  columnSample: Type.Number({ ...share, description: 'Share of the columns a tree sees' }),
  lambda: Type.Number({ minimum: 0, maximum: 1e6, description: "L2 penalty of a leaf's value" }),
  gamma: Type.Number({ minimum: 0, maximum: 1e6, description: 'Least gain of a split' }),
  maxBin: Type.Integer({ minimum: 2, maximum: 65_536, description: 'Bins of a histogram' }),
} as const
export type NumberName = keyof typeof NUMBERS

/** The numbers of which halves make no sense. */
export const WHOLE: ReadonlySet<NumberName> = new Set(['maxDepth', 'maxBin'])

/** One setting of all that can be tuned. */
export const ParametersSchema = Type.Object({ ...NUMBERS, imbalance: ImbalanceSchema }, strict)
export type Parameters = Static<typeof ParametersSchema>

/** What training uses when nothing was tuned, with the first of its histogram sizes. */
export const DEFAULT_PARAMETERS: Parameters = {
  maxDepth: DEFAULT_FIT.maxDepth,
  eta: DEFAULT_FIT.eta,
  minChildWeight: DEFAULT_FIT.minChildWeight,
  subsample: DEFAULT_FIT.subsample,
  columnSample: DEFAULT_FIT.columnSample,
  lambda: DEFAULT_FIT.lambda,
  gamma: DEFAULT_FIT.gamma,
  maxBin: DEFAULT_FIT.maxBins[0] ?? 256,
  imbalance: DEFAULT_FIT.imbalance,
}

/** The parameters as training takes them. */
export function toFit({ maxBin, ...rest }: Parameters): Omit<FitOptions, 'seed' | 'maxRounds' | 'patience'> {
  return { ...rest, maxBins: [maxBin] }
}

export const PARAMETERS_FORMAT = 'atalaya-params/1'

const SpreadSchema = Type.Object({ mean: Type.Number(), deviation: Type.Number() }, strict)

/** What tuning found: the file that `atalaya train --params` reads. Without clock or machine, so a rerun gives the same bytes. */
export const ParametersFileSchema = Type.Object(
  {
    format: Type.Literal(PARAMETERS_FORMAT),
    parameters: ParametersSchema,
    chosenBy: Type.Optional(
      Type.Object(
        {
          strategy: Type.String(),
          seed: Type.Integer(),
          trial: Type.Integer(),
          trials: Type.Integer(),
          folds: Type.Integer(),
          dataSha256: Type.String(),
          averagePrecision: SpreadSchema,
          overDefaults: SpreadSchema,
        },
        strict,
      ),
    ),
  },
  strict,
)
export type ParametersFile = Static<typeof ParametersFileSchema>

const compiled = Compile(ParametersFileSchema)

/** Reads parameters from a file. @throws TrainingError `training_options` naming the file and the fault */
export function readParameters(file: string): Parameters {
  const value = readJson(file, 'parameters')
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value)
    throw new TrainingError(
      'training_options',
      `${file} is no parameters file: ${fault?.instancePath || '/'} ${fault?.message ?? ''}`,
      'Give the file that `atalaya tune` wrote.',
    )
  }
  return value.parameters
}

/** Parses a JSON file. @throws TrainingError `training_options` naming the file */
export function readJson(file: string, what: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new TrainingError('training_options', `${what} file ${file} cannot be read`, 'Check the path.', {
      cause,
    })
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TrainingError('training_options', `${file} is not JSON`, 'Correct the file.', { cause })
  }
}
