import { type Command, Option } from 'commander'
import type { Blocking, Scenario } from '../../simulator/index.ts'
import type { Figures, Summary } from '../../simulator/summary.ts'
import { dateMs, numberBetween, wholeNumberBetween } from '../parse.ts'

/** Midnight of 1 January 2026 in Lima: simulated histories begin here unless told otherwise. */
export const DEFAULT_START = '2026-01-01T05:00:00Z'

interface Options {
  readonly events: number
  readonly seed: number
  readonly days: number
  readonly start: number
  readonly scenario?: string
  readonly driftDay?: number
  readonly blocking: Blocking
  readonly out: string
}

const HELP = `
Nothing changes in a history unless told so: --drift-day gives a model that learnt on the days before an attack that it
never saw, a ring with better manners and a sale; --scenario says it in detail (docs/simulator.md). The same options
give the same bytes.

  atalaya simulate --events 300000 --seed 1 --days 120 --out ./world
  atalaya simulate --events 300000 --seed 1 --days 180 --drift-day 150 --out ./drifting
  atalaya simulate --events 300000 --seed 1 --scenario examples/scenarios/cyber-days.json --out ./cyber`

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description("Write a simulated marketplace's history with labels, their delay and the attainable limit")
    .option('--events <n>', 'payments to make', wholeNumberBetween(1, 100_000_000), 100_000)
    .option('--seed <n>', 'same seed, same bytes', wholeNumberBetween(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--days <n>', 'length of the history', wholeNumberBetween(1, 3650), 120)
    .addOption(
      new Option('--start <date>', 'beginning, ISO 8601')
        .argParser(dateMs)
        .default(dateMs(DEFAULT_START), DEFAULT_START),
    )
    .addOption(new Option('--scenario <file>', 'what changes on which day, JSON').conflicts('driftDay'))
    .option('--drift-day <n>', 'day on which the default drift begins', numberBetween(0, 3650))
    .addOption(
      new Option('--blocking <policy>', "payments refused by the shop's own rules, never labelled")
        .choices(['none', 'rules', 'holdout'] satisfies Blocking[])
        .default('none'),
    )
    .requiredOption('--out <folder>', 'folder for history.ndjson.gz, labels.csv, oracle.csv, summary.json')
    .addHelpText('after', HELP)
    .action(run)
}

async function run(options: Options): Promise<void> {
  const { events, seed, days, start, blocking, out } = options
  const [{ writeSimulation }, { progressBars }] = await Promise.all([
    import('../../simulator/write.ts'),
    import('../train-progress.ts'),
  ])
  const scenario = await scenarioOf(options)
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  const progress = progressBars()
  progress.phase('simulation', events)
  try {
    const summary = await writeSimulation(
      { events, seed, startMs: start, days, scenario, blocking },
      out,
      interrupted.signal,
      made => progress.update(made, 'payments'),
    )
    progress.stop()
    console.log(report(summary, out))
  } finally {
    progress.stop()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

async function scenarioOf({ scenario, driftDay }: Options): Promise<Scenario> {
  const { driftOn, NO_DRIFT, readScenario } = await import('../../simulator/index.ts')
  if (scenario !== undefined) return readScenario(scenario)
  return driftDay === undefined ? NO_DRIFT : driftOn(driftDay)
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`

function report(summary: Summary, out: string): string {
  const cells = (...values: number[]) => values.map(value => String(value).padStart(10)).join('')
  const kinds = Object.entries(summary.kinds).map(
    ([name, { payments, labelled, frauds, blocked }]) =>
      `  ${name.padEnd(22)}${cells(payments, labelled, frauds, blocked)}`,
  )
  const titles = ['payments', 'labelled', 'frauds', 'blocked'].map(title => title.padStart(10)).join('')
  return [
    inWords(summary),
    ...(summary.phases.length > 1
      ? summary.phases.map(phase => `  from day ${phase.fromDay}, ${phase.name}: ${inWords(phase)}`)
      : []),
    `  ${'kind'.padEnd(22)}${titles}`,
    ...kinds,
    `written to ${out}`,
  ].join('\n')
}

function inWords(figures: Figures): string {
  const { payments, declined, blocked, frauds, fraudRate, oracleAveragePrecision: oracle } = figures
  return [
    `${payments} payments`,
    `${declined} declined`,
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    `${frauds} frauds (${percent(fraudRate)} of labelled)`,
    `attainable average precision ${oracle?.toFixed(4) ?? 'none, as there is no fraud'}`,
  ].join(', ')
}
