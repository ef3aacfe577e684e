import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pureRooms } from './floors.mjs'
import { inRoot } from './paths.mjs'

/** Globals that reach the clock, randomness, the environment, the network or a timer without any import. */
const impurities = [
  /\bDate\.now\b/,
  /\bnew Date\(\s*\)/,
  /\bperformance\.now\b/,
  /\bMath\.random\b/,
  /\brandom(?:Bytes|UUID|Int|FillSync|Fill)\b/,
  /\bgetRandomValues\b/,
  /\bprocess\./,
  /\bfetch\(/,
  /\bset(?:Timeout|Interval|Immediate)\(/,
  /\bconsole\.(?:log|error|warn|info|debug)\b/,
  /\bimport\(/,
]

/** Removes comments, which may well speak of a clock. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')
}

function findImpurities(source: string): string[] {
  const code = withoutComments(source)
  return impurities.flatMap(pattern => code.match(pattern)?.[0] ?? [])
}

test('the check sees a clock and a random number, and overlooks comments and given times', () => {
  expect(findImpurities('const a = Date.now() + Math.random()')).toEqual(['Date.now', 'Math.random'])
  expect(findImpurities('// Date.now() stays out\nconst a = new Date(timeMs)')).toEqual([])
})

/** An explainer talks to a thread, which may need a timer; it takes no part in a decision's bits. */
const exceptions = /\/model\/explainer[^/]*\.ts$/

test.each(pureRooms)('the room %s uses no clock, randomness, environment, network or timer', room => {
  const folder = inRoot('packages', 'server', 'src', room)
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : []
  const found = files
    .filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .filter(file => !exceptions.test(`/${room}/${file}`))
    .flatMap(file =>
      findImpurities(readFileSync(`${folder}/${file}`, 'utf8')).map(what => `${room}/${file}: ${what}`),
    )
  expect(found).toEqual([])
})
