import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { AtalayaError } from '../base/errors.ts'

/** Writes a file that the user asked for, whole or not at all. @throws AtalayaError `output_unwritable` */
export function writeOutput(path: string, text: string): void {
  const temporary = `${path}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw new AtalayaError(
      'output_unwritable',
      `${path} cannot be written (${cause instanceof Error ? cause.message : String(cause)})`,
      'Name a file in a folder that you may write to.',
      { cause },
    )
  }
}
