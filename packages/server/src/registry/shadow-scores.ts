import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'

/** One decision as the challenger would have scored it. */
const ShadowScoreSchema = Type.Object({
  decisionId: Type.String(),
  /** Version of the champion that decided, and its score; null when it could not score. */
  champion: Type.String(),
  championScore: Type.Union([Type.Number(), Type.Null()]),
  challenger: Type.String(),
  score: Type.Number(),
  margin: Type.Number(),
})
export type ShadowScore = Static<typeof ShadowScoreSchema>

const compiled = Compile(ShadowScoreSchema)

/** Where a data folder keeps them, one JSON object a line, beside the store of decisions. */
export function shadowFile(dataDir: string): string {
  return join(dataDir, 'shadow-scores.ndjson')
}

/** Every score of a data folder. A line that a crash cut short is passed over: the decision itself is in the store. */
export function readShadowScores(dataDir: string): ShadowScore[] {
  const file = shadowFile(dataDir)
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap(line => {
      const score = parsed(line)
      return score ? [score] : []
    })
}

function parsed(line: string): ShadowScore | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return compiled.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}
