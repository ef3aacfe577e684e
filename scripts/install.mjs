import { existsSync, readFileSync } from 'node:fs'
import { inRoot, pathWithoutProjectTools } from './paths.mjs'
import { run, Stop, say, secondsSince } from './run.mjs'

/** @typedef {{version?: string, optional?: boolean, link?: boolean}} LockedPackage */
/** @typedef {{packages: Record<string, LockedPackage>}} Lockfile */

/**
 * Why `node_modules` is not what the lockfile asks for, or undefined when it is.
 * npm writes what it installed to `node_modules/.package-lock.json`; that file is the stamp, so an
 * `npm install` by hand counts as well. Optional packages are those of other platforms and may be absent.
 *
 * @param {Lockfile} wanted the content of `package-lock.json`
 * @param {Lockfile | undefined} installed the content of `node_modules/.package-lock.json`
 * @returns {string | undefined}
 */
export function reasonToInstall(wanted, installed) {
  if (!installed) return 'node_modules is missing or incomplete'
  for (const [path, entry] of Object.entries(wanted.packages)) {
    if (!path.includes('node_modules/')) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const present = installed.packages[path]
    if (!present) {
      if (entry.optional) continue
      return `package-lock.json has changed: ${name} is not installed`
    }
    if (present.version !== entry.version) {
      return `package-lock.json has changed: ${name} is ${present.version}, wanted ${entry.version}`
    }
  }
  return undefined
}

/** @returns {Lockfile | undefined} */
function readInstalled() {
  const path = inRoot('node_modules', '.package-lock.json')
  if (!existsSync(path) || !existsSync(inRoot('node_modules', '.bin', 'node'))) return undefined
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * Makes `node_modules` what `package-lock.json` asks for; does nothing when it already is.
 *
 * `npm install --no-save` keeps to the locked versions and writes no lockfile. `npm ci` would refuse a lockfile
 * without the packages of every other platform, which is what npm writes where the registry lacks them.
 * Development packages are included whatever NODE_ENV says: the tools and the project's Node.js are among them.
 */
export async function installPackages() {
  const reason = reasonToInstall(
    JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')),
    readInstalled(),
  )
  if (!reason) return
  say(`Installing npm packages with "npm install", about half a minute: ${reason}.`)
  const startMs = performance.now()
  const flags = ['--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']
  const exitCode = await run('npm', ['install', ...flags], {
    cwd: inRoot(),
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      PATH: pathWithoutProjectTools(process.env['PATH'] ?? ''),
      // The CPU library is in the package; its install script would only download one for CUDA.
      ONNXRUNTIME_NODE_INSTALL: 'skip',
    },
  })
  if (exitCode !== 0) {
    throw new Stop(`"npm install" ended with exit code ${exitCode}; its own message is above.`, exitCode)
  }
  say(`npm packages installed in ${secondsSince(startMs)}.`)
}
