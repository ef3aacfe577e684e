import { unwatchFile, watchFile } from 'node:fs'
import type { Sites } from './sites.ts'

const INTERVAL_MS = 1_000

/**
 * Reads the sites again when another process, such as `atalaya sites`, changed their file. A file that cannot be read
 * changes nothing: what was in force stays in force.
 *
 * @returns ends it
 */
export function watchSites(sites: Sites, onFault: (error: unknown) => void): () => void {
  const read = () => {
    try {
      sites.reload()
    } catch (error) {
      onFault(error)
    }
  }
  // Asks for the file's time instead of waiting for events: those get lost on some file systems and container mounts.
  watchFile(sites.path, { interval: INTERVAL_MS, persistent: false }, read)
  return () => unwatchFile(sites.path, read)
}
