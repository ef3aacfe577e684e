/** `npm run bench:simulator`: what trees reach of the attainable average precision, by what they see. */
import { parseArgs } from 'node:util'
import { driftOn, NO_DRIFT } from '../../packages/server/src/simulator/index.ts'
import { runMain } from '../public-data/command.ts'
import { figures, foundByAttack, type Judged, lossByKind, measure, SIGHT_NAMES } from './measure.ts'

const help = `npm run bench:simulator -- [OPTIONS]
  --events N   payments (default 300000)
  --days N     length of the history (default 180); its last 30 days are judged
  --seed N     of the world (default 2026)
  --drift      the default drift begins with the judged days
  --full       only the model that sees everything
  --help       this text`

/** Share of the payments that analysts could look at. */
const CAPACITY = 0.015
const JUDGED_DAYS = 30

function table(judged: readonly Judged[]): string {
  const [first] = judged
  if (!first) return 'nothing was judged'
  const oracleScores = first.rows.map(({ oracle }) => oracle)
  const oracle = figures(oracleScores, first.rows)
  const frauds = first.rows.reduce((sum, { fraud }) => sum + fraud, 0)
  const line = (name: string, ap: number, expected: number) =>
    `${name.padEnd(28)}${[ap, ap / oracle.ap, expected, expected / oracle.expectedAp].map(value => value.toFixed(3).padStart(10)).join('')}`
  const rows = judged.map(({ sight, scores, rows }) => {
    const { ap, expectedAp } = figures(scores, rows)
    return line(sight, ap, expectedAp)
  })
  return [
    `${first.rows.length} labelled payments, ${frauds} frauds (${((100 * frauds) / first.rows.length).toFixed(2)} %)`,
    `${''.padEnd(28)}${['AP', 'of oracle', 'expected', 'of oracle'].map(name => name.padStart(10)).join('')}`,
    ...[line('oracle', oracle.ap, oracle.expectedAp), ...rows, ''],
    ...attacks(judged.at(-1) ?? first, oracleScores),
  ].join('\n')
}

/** What each kind costs: frauds not found, and the average precision that knowing the kind would bring back. */
function attacks({ sight, scores, rows }: Judged, oracleScores: readonly number[]): string[] {
  const best = foundByAttack(oracleScores, rows, CAPACITY)
  const losses = lossByKind(scores, rows)
  const lines = [...foundByAttack(scores, rows, CAPACITY)]
    .map(([kind, { expected, found }]) => ({ kind, expected, found, loss: losses.get(kind) ?? 0 }))
    .filter(({ kind, loss }) => loss >= 0.001 || (best.get(kind)?.found ?? 0) > 1)
    .sort((a, b) => b.loss - a.loss)
    .map(({ kind, expected, found, loss }) => {
      const attainable = best.get(kind)?.found ?? 0
      const cells = [expected.toFixed(0), found.toFixed(0), attainable.toFixed(0), loss.toFixed(4)]
      return `${kind.padEnd(28)}${cells.map(cell => cell.padStart(10)).join('')}`
    })
  const titles = ['frauds', 'found', 'oracle', 'AP lost'].map(title => title.padStart(10)).join('')
  return [`${sight}, first ${100 * CAPACITY} %`.padEnd(28) + titles, ...lines]
}

await runMain('bench:simulator', async say => {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '300000' },
      days: { type: 'string', default: '180' },
      seed: { type: 'string', default: '2026' },
      drift: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return help
  const days = Number(values.days)
  const judgeFromDay = days - JUDGED_DAYS
  const options = {
    ...{ events: Number(values.events), seed: Number(values.seed), days, startMs: Date.UTC(2026, 0, 1, 5) },
    scenario: values.drift ? driftOn(judgeFromDay) : NO_DRIFT,
  }
  return table(await measure(options, judgeFromDay, values.full ? ['everything'] : SIGHT_NAMES, say))
})
