import { renameSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { canonicalJson } from '../base/content-hash.ts'
import { RegistryError } from './errors.ts'

/** Sorted keys and a line each, so that versions can be compared as text. */
export function readable(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 1)}\n`
}

/** Writes a file whole or not at all. @throws RegistryError `registry_unusable` */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (cause) {
    throw unusable(basename(file), 'written', cause)
  }
}

/** The fault of a path that the file system refuses. */
export function unusable(path: string, verb: string, cause: unknown): RegistryError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new RegistryError(
    'registry_unusable',
    `${path} cannot be ${verb}: ${why}`,
    'Name a folder that you may write to.',
    { cause },
  )
}
