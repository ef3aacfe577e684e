/**
 * The URL of a module that stands beside the caller, for `new Worker(url)`.
 * Sources run as `.ts` and the published build as `.js`, so the caller's own extension decides.
 *
 * @param importMetaUrl the caller's `import.meta.url`
 * @param name path of the sibling without extension, for example `writer`
 */
export function siblingModule(importMetaUrl: string, name: string): URL {
  const extension = new URL(importMetaUrl).pathname.endsWith('.ts') ? '.ts' : '.js'
  return new URL(`./${name}${extension}`, importMetaUrl)
}
