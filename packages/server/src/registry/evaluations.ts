import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { makeFolder } from '../files/make-folder.ts'
import { readable, unusable, writeWhole } from './files.ts'
import { corrupt, WindowSchema } from './manifest.ts'
import { EstimateSchema } from './measures.ts'

const FOLDER = 'evaluations'

/**
 * What was measured of a version on a history after it was made. It stands beside the versions, not in them: they
 * never change. Two versions can be compared where history and window are the same.
 */
const EvaluationSchema = Type.Object({
  version: Type.String(),
  dataSha256: Type.String(),
  window: WindowSchema,
  threshold: Type.Number(),
  metrics: Type.Record(Type.String(), EstimateSchema),
})
export type RecordedEvaluation = Static<typeof EvaluationSchema>

const compiled = Compile(EvaluationSchema)

/** What was measured of a version, oldest data first. @throws RegistryError `model_corrupt` naming the file */
export function readEvaluations(directory: string, version: string): readonly RecordedEvaluation[] {
  const folder = join(directory, FOLDER, version)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .map(name => readEvaluation(join(folder, name)))
    .sort((a, b) => a.window.fromMs - b.window.fromMs || a.window.toMs - b.window.toMs)
}

function readEvaluation(file: string): RecordedEvaluation {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw corrupt(file, 'is not JSON', cause)
  }
  if (compiled.Check(value)) return value
  throw corrupt(file, 'is no evaluation')
}

/** Keeps an evaluation. @throws RegistryError `registry_unusable` */
export function writeEvaluation(directory: string, evaluation: RecordedEvaluation): void {
  const { version, dataSha256, window } = evaluation
  const folder = join(directory, FOLDER, version)
  try {
    makeFolder(folder)
  } catch (cause) {
    throw unusable(folder, 'made', cause)
  }
  writeWhole(join(folder, `${dataSha256.slice(0, 16)}-${window.fromMs}.json`), readable(evaluation))
}
