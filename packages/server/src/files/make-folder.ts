import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it. Node's own recursive mkdir never returns where the kernel says that nothing can
 * be made, as in `/proc`.
 *
 * @param mode of every folder made
 * @throws the file system's fault when one of them cannot be made or is a file
 */
export function makeFolder(folder: string, mode = 0o777): void {
  try {
    mkdirSync(folder, { mode })
  } catch (fault) {
    const code = fault instanceof Error && 'code' in fault ? fault.code : undefined
    const above = dirname(resolve(folder))
    // A file of that name shows itself when something is written below it.
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || above === resolve(folder)) throw fault
    makeFolder(above, mode)
    mkdirSync(folder, { mode })
  }
}
