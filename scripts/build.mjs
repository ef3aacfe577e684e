import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot, root } from './paths.mjs'
import { run, Stop, say, secondsSince } from './run.mjs'

/** What the bundles are made of: folders are read whole, tests left out. */
const inputs = [
  'package-lock.json',
  'rollup.config.js',
  'tsconfig.base.json',
  ...['client', 'server'].flatMap(name => [
    `packages/${name}/package.json`,
    `packages/${name}/rollup.config.js`,
    `packages/${name}/tsconfig.json`,
    `packages/${name}/src`,
  ]),
]

/** Beside the bundles, so that deleting `dist` also forgets that it was built. */
const stampPaths = ['packages/client/dist/.build-stamp', 'packages/server/dist/.build-stamp']

/**
 * The files under a path, sorted, without tests.
 * @param {string} base an absolute folder
 * @param {string} path a file or folder relative to it
 * @returns {string[]} relative paths
 */
function filesUnder(base, path) {
  const absolute = join(base, path)
  if (!existsSync(absolute)) return []
  if (!statSync(absolute).isDirectory()) return [path]
  return readdirSync(absolute)
    .sort()
    .flatMap(name => filesUnder(base, `${path}/${name}`))
    .filter(file => !file.endsWith('.test.ts'))
}

/**
 * A digest of names and contents: equal when a build would give the same bundles.
 * Modification times are no use here, since a clone or a branch switch changes them all.
 *
 * @param {string} base an absolute folder
 * @param {string[]} paths files and folders relative to it
 */
export function contentDigest(base, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(path => filesUnder(base, path))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(base, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** @param {string} digest */
function isBuilt(digest) {
  return stampPaths.every(path => existsSync(inRoot(path)) && readFileSync(inRoot(path), 'utf8') === digest)
}

/**
 * Bundles both packages when their sources changed since the last time.
 * @param {NodeJS.ProcessEnv} env with the project's tools on PATH
 */
export async function build(env) {
  const digest = contentDigest(root, inputs)
  if (isBuilt(digest)) return
  say('Building both packages with "rollup -c": the sources changed since the last build.')
  const startMs = performance.now()
  const exitCode = await run('rollup', ['-c', '--silent'], {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (exitCode !== 0)
    throw new Stop(`The build ended with exit code ${exitCode}; its own message is above.`, exitCode)
  for (const path of stampPaths) {
    mkdirSync(join(inRoot(path), '..'), { recursive: true })
    writeFileSync(inRoot(path), digest)
  }
  say(`Built in ${secondsSince(startMs)}.`)
}
