import type { PackFiles } from './pack-files.ts'
import type { Scorer } from './prescore/protocol.ts'
import type { CreateIssuer } from './token/issuer.ts'
import type { Visitor } from './token/make.ts'
import { VERSION } from './version.ts'

/** How an SDK reaches its parts that load later: as files beside the script tag's core, or as chunks of a bundle. */
export interface LazyFiles extends PackFiles {
  /** What makes tokens. */
  loadIssuer(): Promise<CreateIssuer>
}

interface ProvidedFiles {
  token: CreateIssuer
  prescore: Scorer
  device: () => Promise<Visitor>
}

declare global {
  interface Window {
    /** Where lazily loaded script files leave what they bring, by name and version. */
    AtalayaFiles?: Record<string, unknown>
  }
}

const slot = (name: keyof ProvidedFiles) => `${name}@${VERSION}`

/** Hands over what a lazily loaded script file brings. */
export function provideFile<N extends keyof ProvidedFiles>(name: N, value: ProvidedFiles[N]): void {
  window.AtalayaFiles ??= {}
  window.AtalayaFiles[slot(name)] = value
}

/**
 * Takes what a script file brought.
 *
 * @throws when the file is of another version: a cached older file must not be mixed with this core
 */
export function takeFile<N extends keyof ProvidedFiles>(name: N): ProvidedFiles[N] {
  const value = window.AtalayaFiles?.[slot(name)]
  if (typeof value !== 'function') throw new Error(`${name} is not of version ${VERSION}`)
  return value as ProvidedFiles[N]
}
