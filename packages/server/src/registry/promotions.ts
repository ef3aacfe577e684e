import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { RegistryError } from './errors.ts'
import { unusable } from './files.ts'
import { corrupt } from './manifest.ts'

const LOG = 'promotions.ndjson'

/** One line of the log, which is only ever appended to. */
const PromotionSchema = Type.Object({
  atMs: Type.Integer(),
  by: Type.String(),
  action: Type.Union([Type.Literal('promote'), Type.Literal('rollback')]),
  alias: Type.String(),
  version: Type.String(),
  /** The version that the alias stood for before. */
  before: Type.Union([Type.String(), Type.Null()]),
  /** Why gates were overruled, and which had failed. */
  overruled: Type.Optional(Type.Object({ reason: Type.String(), gates: Type.Array(Type.String()) })),
})
export type Promotion = Static<typeof PromotionSchema>

const compiled = Compile(PromotionSchema)

/** What the one who promotes says of it; the registry knows the rest. */
export type PromotionNote = Pick<Promotion, 'atMs' | 'by' | 'overruled'>

/** Every line of a registry's log, oldest first. @throws RegistryError `model_corrupt` naming the line */
export function readPromotions(directory: string): readonly Promotion[] {
  const file = join(directory, LOG)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, `line ${index + 1} of ${file}`)]))
}

function parseLine(line: string, place: string): Promotion {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (cause) {
    throw corrupt(place, 'is not JSON', cause)
  }
  if (compiled.Check(value)) return value
  throw corrupt(place, 'is no promotion')
}

/** Adds a line to the log. @throws RegistryError `registry_unusable` */
export function logPromotion(directory: string, promotion: Promotion): void {
  try {
    appendFileSync(join(directory, LOG), `${JSON.stringify(promotion)}\n`)
  } catch (cause) {
    throw unusable(join(directory, LOG), 'written', cause)
  }
}

/**
 * The version an alias stood for before the one it stands for now. Promotions pile up and a rollback takes the last
 * one off, so a second rollback goes back one further.
 *
 * @throws RegistryError `rollback_impossible` when the log knows none
 */
export function versionBefore(log: readonly Promotion[], alias: string): string {
  const pile: string[] = []
  for (const { action, version, before, alias: of } of log) {
    if (of !== alias) continue
    if (pile.length === 0 && before !== null) pile.push(before)
    if (action === 'promote') pile.push(version)
    else {
      pile.pop()
      while (pile.length > 0 && pile.at(-1) !== version) pile.pop()
    }
  }
  const version = pile.findLast(earlier => earlier !== pile.at(-1))
  if (version !== undefined) return version
  throw new RegistryError(
    'rollback_impossible',
    `the log knows no version that was ${alias} before`,
    'Promote the version you want by `atalaya models promote`; `atalaya models` lists them.',
  )
}
