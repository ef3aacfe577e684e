import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { TrainingError } from '../errors.ts'
import { type Imbalance, ImbalanceSchema } from '../imbalance/index.ts'
import type { Random } from '../random.ts'
import { NUMBERS, type NumberName, type Parameters, readJson, WHOLE } from './parameters.ts'

const strict = { additionalProperties: false } as const

const RangeSchema = Type.Object(
  {
    from: Type.Number(),
    to: Type.Number(),
    scale: Type.Optional(Type.Union([Type.Literal('linear'), Type.Literal('log')])),
  },
  strict,
)
type Range = Static<typeof RangeSchema>

const numberSchema = Type.Optional(Type.Union([Type.Array(Type.Number(), { minItems: 1 }), RangeSchema]))

/** What is searched: for each parameter the values to choose from, or a range. What is not named stays as it is. */
export const SpaceSchema = Type.Object(
  {
    ...(Object.fromEntries(Object.keys(NUMBERS).map(name => [name, numberSchema])) as Record<
      NumberName,
      typeof numberSchema
    >),
    imbalance: Type.Optional(Type.Array(ImbalanceSchema, { minItems: 1 })),
  },
  strict,
)
export type Space = Static<typeof SpaceSchema>

/** For random search and halving. */
export const DEFAULT_SPACE: Space = {
  maxDepth: [3, 4, 5, 6, 8],
  eta: { from: 0.03, to: 0.2, scale: 'log' },
  minChildWeight: { from: 1, to: 20, scale: 'log' },
  subsample: { from: 0.6, to: 1 },
  columnSample: { from: 0.3, to: 1 },
  lambda: { from: 0.3, to: 30, scale: 'log' },
  maxBin: [256, 1024],
}

/** For grids, where every value multiplies the trials. */
export const DEFAULT_GRID: Space = { maxDepth: [4, 6, 8], eta: [0.05, 0.1], minChildWeight: [1, 5] }

const compiled = Compile(SpaceSchema)
const NAMES = Object.keys(NUMBERS) as NumberName[]

/** Reads a space from a file. @throws TrainingError `training_options` naming the file and the fault */
export function readSpace(file: string): Space {
  const value = readJson(file, 'space')
  const stray =
    typeof value === 'object' && value !== null && Object.keys(value).find(name => !isTunable(name))
  if (stray) throw invalid(file, `"${stray}" cannot be tuned`)
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value)
    throw invalid(file, `${fault?.instancePath || '/'} ${fault?.message ?? ''}`)
  }
  for (const name of NAMES) {
    const fault = boundsFault(name, value[name])
    if (fault !== null) throw invalid(file, `/${name} ${fault}`)
  }
  return value
}

const isTunable = (name: string) => Object.hasOwn(SpaceSchema.properties, name)

function invalid(file: string, what: string): TrainingError {
  return new TrainingError(
    'training_options',
    `${file} is no search space: ${what}`,
    `Give lists of values or {"from", "to", "scale"} for some of ${Object.keys(SpaceSchema.properties).join(', ')}.`,
  )
}

function boundsFault(name: NumberName, choice: Space[NumberName]): string | null {
  if (choice === undefined) return null
  const schema = Compile(NUMBERS[name])
  const values = Array.isArray(choice) ? choice : [choice.from, choice.to]
  const bad = values.find(value => !schema.Check(value))
  if (bad !== undefined) return `cannot be ${bad}: ${schema.Errors(bad)[0]?.message ?? ''}`
  if (Array.isArray(choice)) return null
  if (choice.from > choice.to) return `begins at ${choice.from} and ends before it, at ${choice.to}`
  return choice.scale === 'log' && choice.from <= 0 ? 'has a log scale and must begin above 0' : null
}

/** Draws one setting; parameters that the space does not name are those of `base`. */
export function drawParameters(space: Space, base: Parameters, random: Random): Parameters {
  const drawn: Parameters = { ...base }
  // The order of the names is that of the schema, so the order in a file changes nothing.
  for (const name of NAMES) {
    const choice = space[name]
    if (choice !== undefined)
      drawn[name] = Array.isArray(choice)
        ? (choice[random.below(choice.length)] ?? base[name])
        : within(name, choice, random.next())
  }
  if (space.imbalance)
    drawn.imbalance = space.imbalance[random.below(space.imbalance.length)] ?? base.imbalance
  return drawn
}

/** The number at a share of the way through a range; four digits are enough and read well. */
function within(name: NumberName, { from, to, scale }: Range, share: number): number {
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share
  const rounded = WHOLE.has(name) ? Math.round(value) : Number(value.toPrecision(4))
  return Math.min(to, Math.max(from, rounded))
}

/** Every combination; a range counts as its ends and its middle. */
export function gridOf(space: Space, base: Parameters): Parameters[] {
  let points: Parameters[] = [base]
  for (const name of NAMES) {
    const choice = space[name]
    if (choice === undefined) continue
    const values = Array.isArray(choice) ? choice : [0, 0.5, 1].map(share => within(name, choice, share))
    points = points.flatMap(point => [...new Set(values)].map(value => ({ ...point, [name]: value })))
  }
  const { imbalance } = space
  return imbalance ? points.flatMap(point => treated(point, imbalance)) : points
}

/** One setting under several treatments of imbalance. */
export function treated(point: Parameters, treatments: readonly Imbalance[]): Parameters[] {
  return treatments.map(imbalance => ({ ...point, imbalance }))
}
