import type { Command } from 'commander'
import type { ReplayReport } from '../../http/replay.ts'

interface Options {
  readonly data?: string
  readonly models?: string
}

export function addReplay(program: Command): void {
  program
    .command('replay <decision>')
    .description('Recompute a stored decision from its envelope and compare every bit')
    .option('--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)')
    .option('--models <folder>', 'model registry (default: ATALAYA_MODEL_DIR or the bundled one)')
    .action(run)
}

async function run(id: string, { data, models }: Options): Promise<void> {
  const { readServiceOptions, replayStored } = await import('../../http/index.ts')
  const { dataDir, modelDir } = readServiceOptions(process.env)
  const report = await replayStored(id, { dataDir: data ?? dataDir, modelDir: models ?? modelDir })
  console.log(format(report))
  if (!report.equal) process.exitCode = 1
}

function format({ id, orderId, receivedAtMs, rows, differences, equal }: ReplayReport): string {
  const width = Math.max(...rows.map(({ name }) => name.length))
  const values = Math.max(...rows.map(({ value }) => value.length))
  const shown = differences.slice(0, 20)
  return [
    `decision ${id}, order ${orderId}, ${new Date(receivedAtMs).toISOString()}`,
    '',
    ...rows.map(
      ({ name, value, equal: same }) =>
        `  ${name.padEnd(width)}  ${value.padEnd(values)}  ${same ? 'equal' : 'DIFFERENT'}`,
    ),
    '',
    ...shown.map(
      ({ path, stored, recomputed }) =>
        `  ${path || 'decision'}: stored ${JSON.stringify(stored)}, recomputed ${JSON.stringify(recomputed)}`,
    ),
    ...(differences.length > shown.length ? [`  and ${differences.length - shown.length} more`] : []),
    equal ? 'Recomputed equal to the bit.' : `Not equal: ${differences.length} differences.`,
  ].join('\n')
}
