import { accessSync, constants, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { TrainingError } from '../errors.ts'

/** Makes sure, before hours are spent, that files can be written. @throws TrainingError `training_options` */
export function checkWritable(...files: readonly string[]): void {
  for (const file of files) {
    try {
      accessSync(dirname(resolve(file)), constants.W_OK)
    } catch (cause) {
      throw new TrainingError(
        'training_options',
        `${file} cannot be written: its folder does not exist or is read-only`,
        'Name a file in a folder that you may write to.',
        { cause },
      )
    }
  }
}

/** Writes a result as JSON, whole or not at all. */
export function writeResult(file: string, result: unknown): void {
  const temporary = `${file}.tmp`
  writeFileSync(temporary, `${JSON.stringify(result, null, 2)}\n`)
  renameSync(temporary, file)
}
