import type { PackFiles, PackParts } from './pack-files.ts'
import type { ReadDataLayer } from './shop/data-layer.ts'
import type { CreateIssuer } from './token/issuer.ts'
import { VERSION } from './version.ts'

/** What the parts that load later bring, by the name of their file. */
export interface LazyParts extends PackParts {
  /** What makes tokens. */
  readonly token: CreateIssuer
  /** The reader of GA4's data layer. */
  readonly datalayer: ReadDataLayer
}

/** How an SDK reaches its parts that load later: as files beside the script tag's core, or as chunks of a bundle. */
export interface LazyFiles extends PackFiles {
  load<N extends keyof LazyParts>(name: N): Promise<LazyParts[N]>
}

declare global {
  interface Window {
    /** Where lazily loaded script files leave what they bring, by name and version. */
    AtalayaFiles?: Record<string, unknown>
  }
}

const slot = (name: keyof LazyParts) => `${name}@${VERSION}`

/** Hands over what a lazily loaded script file brings: once a page, since a file may keep what it has seen there. */
export function provideFile<N extends keyof LazyParts>(name: N, value: LazyParts[N]): void {
  window.AtalayaFiles ??= {}
  window.AtalayaFiles[slot(name)] ??= value
}

/**
 * Takes what a script file brought. Nothing, when the file is of another version: a cached older file must not be mixed
 * with this core. Whoever calls it then fails as if the file were missing.
 */
export function takeFile<N extends keyof LazyParts>(name: N): LazyParts[N] {
  return window.AtalayaFiles?.[slot(name)] as LazyParts[N]
}
