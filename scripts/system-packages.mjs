import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inRoot, projectNode } from './paths.mjs'
import { capture, Stop, say, secondsSince } from './run.mjs'

/**
 * @typedef {object} SystemPackage something that npm cannot bring
 * @property {string} what what it is and who needs it
 * @property {string} debian name of the Debian and Ubuntu package
 * @property {string} brew arguments after `brew install`
 * @property {string} elsewhere where else it comes from
 * @property {() => boolean} isPresent
 */

/** @returns {string | undefined} the path of a Chromium or Chrome; `CHROMIUM_PATH` comes first */
export function findChromium(env = process.env) {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return [
    ...(env['CHROMIUM_PATH'] ? [env['CHROMIUM_PATH']] : []),
    ...folders.flatMap(folder => names.map(name => join(folder, name))),
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find(path => existsSync(path))
}

/**
 * Whether the trainer would find XGBoost's shared library: its own search is asked, under the project's Node.js.
 * @returns {boolean}
 */
function hasXgboost() {
  const search = JSON.stringify(pathToFileURL(inRoot('packages/server/src/training/xgboost/library.ts')).href)
  const program = `import { libraryCandidates } from ${search}
    process.exit(libraryCandidates(process).length > 0 ? 0 : 1)`
  return spawnSync(projectNode, ['--input-type=module', '-e', program], { stdio: 'inherit' }).status === 0
}

/** @satisfies {Record<string, SystemPackage>} */
export const systemPackages = {
  chromium: {
    what: 'Chromium, the browser that the tests and the benchmark drive',
    debian: 'chromium',
    brew: '--cask chromium',
    elsewhere: 'or set CHROMIUM_PATH to any Chromium or Chrome',
    isPresent: () => findChromium() !== undefined,
  },
  xgboost: {
    what: "XGBoost's shared library, for training",
    debian: 'libxgboost0',
    brew: 'xgboost',
    elsewhere: 'or "pip install xgboost"',
    isPresent: () => hasXgboost(),
  },
}

/** @typedef {keyof typeof systemPackages} SystemPackageName */

/**
 * What to type to install packages by hand.
 * @param {readonly SystemPackage[]} missing
 * @param {'apt' | 'brew' | 'other'} manager
 */
export function installInstructions(missing, manager) {
  const lines = missing.map(item => `  - ${item.what}`)
  if (manager === 'apt') {
    lines.push(`  sudo apt-get update && sudo apt-get install ${missing.map(item => item.debian).join(' ')}`)
  } else if (manager === 'brew') {
    lines.push(...missing.map(item => `  brew install ${item.brew}`))
  } else {
    lines.push(
      ...missing.map(item => `  ${item.debian}: from your system's package manager, ${item.elsewhere}`),
    )
  }
  return lines.join('\n')
}

/** @returns {'apt' | 'brew' | 'other'} */
function packageManager() {
  if (existsSync('/usr/bin/apt-get')) return 'apt'
  return process.platform === 'darwin' ? 'brew' : 'other'
}

/** @param {readonly SystemPackage[]} missing */
async function aptInstall(missing) {
  const names = missing.map(item => item.debian)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300']
  const install = () => capture('apt-get', ['install', ...options, '--no-install-recommends', ...names], env)
  say(`Installing ${names.join(' and ')} with apt-get: ${missing.map(item => item.what).join('; ')}.`)
  const startMs = performance.now()
  let result = await install()
  if (result.exitCode !== 0) {
    say('The package lists are missing or old: running "apt-get update" first.')
    const update = await capture('apt-get', ['update', ...options], env)
    result = await install()
    result.output = update.output + result.output
  }
  if (result.exitCode === 0) say(`${names.join(' and ')} installed in ${secondsSince(startMs)}.`)
  else say(result.output)
  return result.exitCode === 0
}

/**
 * Brings in what npm cannot: as root on Debian or Ubuntu by apt-get, elsewhere by saying what to type.
 *
 * @param {readonly SystemPackageName[]} names
 * @param {boolean} required whether the command makes no sense without them
 * @throws {Stop} when something required is still missing
 */
export async function installSystemPackages(names, required) {
  /** @returns {SystemPackage[]} */
  const findMissing = () => names.map(name => systemPackages[name]).filter(item => !item.isPresent())
  let missing = findMissing()
  if (missing.length === 0) return
  const manager = packageManager()
  if (manager === 'apt' && process.getuid?.() === 0 && (await aptInstall(missing))) missing = findMissing()
  if (missing.length === 0) return
  const instructions = `Missing on this machine:\n${installInstructions(missing, manager)}`
  if (required) throw new Stop(instructions)
  say(`${instructions}\nGoing on without; what needs them says so.`)
}
