import { SingleBar } from 'cli-progress'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Summary } from '../../simulator/summary.ts'

/** Midnight of 1 January 2026 in Lima: simulated histories begin here unless told otherwise. */
export const DEFAULT_START = '2026-01-01T05:00:00Z'

interface Options {
  readonly events: number
  readonly seed: number
  readonly days: number
  readonly start: number
  readonly out: string
}

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description("Write a simulated marketplace's history with labels, their delay and the attainable limit")
    .option('--events <n>', 'payments to make', wholeNumber(1, 100_000_000), 100_000)
    .option('--seed <n>', 'same seed, same bytes', wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option('--days <n>', 'length of the history', wholeNumber(1, 3650), 120)
    .addOption(
      new Option('--start <date>', 'beginning, ISO 8601')
        .argParser(date)
        .default(date(DEFAULT_START), DEFAULT_START),
    )
    .requiredOption('--out <folder>', 'folder for history.ndjson.gz, labels.csv, oracle.csv, summary.json')
    .action(run)
}

async function run({ events, seed, days, start, out }: Options): Promise<void> {
  const { writeSimulation } = await import('../../simulator/write.ts')
  const interrupted = new AbortController()
  const interrupt = () => interrupted.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  const bar = new SingleBar({
    stream: process.stderr,
    format: 'simulating {bar} {percentage}% | {value}/{total} payments | {duration_formatted}',
    clearOnComplete: true,
  })
  bar.start(events, 0)
  try {
    const summary = await writeSimulation(
      { events, seed, startMs: start, days },
      out,
      interrupted.signal,
      made => bar.update(made),
    )
    bar.stop()
    console.log(report(summary, out))
  } finally {
    bar.stop()
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

function report(summary: Summary, out: string): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  const kinds = Object.entries(summary.kinds).map(
    ([name, { payments, labelled, frauds }]) =>
      `  ${name.padEnd(22)}${String(payments).padStart(9)}${String(labelled).padStart(10)}${String(frauds).padStart(8)}`,
  )
  return [
    `${summary.payments} payments, ${summary.declined} declined, ${summary.frauds} frauds (${percent(summary.fraudRate)} of labelled)`,
    `attainable average precision (oracle): ${summary.oracleAveragePrecision?.toFixed(4) ?? 'none, there is no fraud'}`,
    `  ${'kind'.padEnd(22)}${'payments'.padStart(9)}${'labelled'.padStart(10)}${'frauds'.padStart(8)}`,
    ...kinds,
    `written to ${out}`,
  ].join('\n')
}

function wholeNumber(low: number, high: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= low && value <= high) return value
    throw new InvalidArgumentError(`Give a whole number from ${low} to ${high}.`)
  }
}

function date(text: string): number {
  const value = Date.parse(text)
  if (Number.isNaN(value) || value < 0) throw new InvalidArgumentError('Give a date like 2026-01-31.')
  return value
}
