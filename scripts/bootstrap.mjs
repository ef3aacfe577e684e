/**
 * The entry of `npm start`, `npm test`, `npm run bench` and `npm run redteam`, for a machine that has only npm and git.
 * It needs no package and runs on any Node.js from 18: installs what is missing, builds what changed and
 * hands over to the project's own Node.js, which is one of the npm packages.
 */
import { build } from './build.mjs'
import { installPackages } from './install.mjs'
import { pathWithProjectTools, projectNode, root } from './paths.mjs'
import { run, Stop, say } from './run.mjs'
import { findChromium, installSystemPackages } from './system-packages.mjs'

/**
 * @typedef {object} Command
 * @property {string[]} script what the project's Node.js runs, before the arguments of the caller; none for `setup`
 * @property {import('./system-packages.mjs').SystemPackageName[]} systemPackages
 * @property {boolean} required whether it makes no sense without the system packages
 */

/** @type {Record<string, Command>} */
const commands = {
  start: { script: ['packages/server/bin/atalaya.mjs', 'demo'], systemPackages: [], required: false },
  test: {
    script: ['node_modules/vitest/vitest.mjs', 'run'],
    systemPackages: ['chromium', 'xgboost'],
    required: true,
  },
  bench: { script: ['bench/main.ts'], systemPackages: ['chromium', 'xgboost'], required: false },
  'bench:handbook': { script: ['bench/handbook/main.ts'], systemPackages: ['xgboost'], required: true },
  'bench:simulator': { script: ['bench/simulator/main.ts'], systemPackages: ['xgboost'], required: true },
  'bench:fraud-ecommerce': {
    script: ['bench/fraud-ecommerce/main.ts'],
    systemPackages: ['xgboost'],
    required: true,
  },
  redteam: { script: ['test/redteam/main.ts'], systemPackages: ['chromium'], required: true },
  durability: { script: ['test/durability-runs.ts'], systemPackages: [], required: false },
  setup: { script: [], systemPackages: ['chromium', 'xgboost'], required: false },
}

/**
 * @param {string[]} argv the command's name, then what is passed on to it
 * @returns {Promise<number>} the exit code
 */
async function main([name = '', ...args]) {
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new Stop(`This needs Node.js 18 or later to begin with; this is ${process.version}.`)
  }
  const command = commands[name]
  if (!command) throw new Stop(`Unknown command "${name}"; one of: ${Object.keys(commands).join(', ')}.`, 2)
  await installPackages()
  const env = { ...process.env, PATH: pathWithProjectTools(process.env['PATH'] ?? '') }
  await build(env)
  await installSystemPackages(command.systemPackages, command.required)
  if (command.script.length === 0) return 0
  const chromium = findChromium(env)
  return run(projectNode, [...command.script, ...args], {
    ...{ cwd: root, stdio: 'inherit' },
    env: { ...env, ...(chromium && { CHROMIUM_PATH: chromium }) },
  })
}

main(process.argv.slice(2)).then(
  exitCode => {
    process.exitCode = exitCode
  },
  error => {
    say(error instanceof Stop ? error.message : error.stack)
    process.exitCode = error instanceof Stop ? error.exitCode : 1
  },
)
