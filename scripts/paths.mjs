import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository, without a trailing separator. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

/** Where npm puts the commands of the packages, the project's own `node` among them. */
export const binFolder = join(root, 'node_modules', '.bin')

/** @returns {string} a path inside the repository */
export function inRoot(/** @type {string[]} */ ...parts) {
  return join(root, ...parts)
}

/** The project's own Node.js, one of its npm packages. */
export const projectNode = inRoot(
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/**
 * A PATH on which the project's own Node.js and tools come first.
 * @param {string} path the PATH to extend
 */
export function pathWithProjectTools(path) {
  return [binFolder, path].join(delimiter)
}

/**
 * A PATH without the project's own tools: npm must not be run by a Node.js that it is about to replace.
 * @param {string} path the PATH to clean
 */
export function pathWithoutProjectTools(path) {
  return path
    .split(delimiter)
    .filter(folder => folder !== binFolder)
    .join(delimiter)
}
