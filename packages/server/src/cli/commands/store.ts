import type { Command } from 'commander'
import type { CheckReport } from '../../upkeep/index.ts'

const DATA = ['--data <folder>', 'data folder of the service (default: ATALAYA_DATA_DIR or ./data)'] as const

interface DataOption {
  readonly data?: string
}

export function addStore(program: Command): void {
  const store = program
    .command('store')
    .description('Check, back up and restore the data folder of a service')
  store
    .command('check')
    .description('Look for damage, beside a running service too; exit code 1 when there is any')
    .option(...DATA)
    .option('--json', 'the whole report as JSON', false)
    .action(check)
  store
    .command('backup')
    .description('Copy the data folder while the service runs; the copy is checked')
    .option(...DATA)
    .requiredOption('--out <folder>', 'where it is put; must not exist yet')
    .action(backup)
  store
    .command('restore')
    .description('Put a backup into an empty data folder, whole or not at all')
    .option(...DATA)
    .requiredOption('--from <folder>', 'what `atalaya store backup` made')
    .action(restore)
  store
    .command('reindex')
    .description('Build the indexes of a stopped store again, when `check` finds only these damaged')
    .option(...DATA)
    .action(reindex)
  store
    .command('accept-loss')
    .description('Go on with a store that holds less than was acknowledged')
    .option(...DATA)
    .action(acceptLoss)
}

async function folderOf({ data }: DataOption): Promise<string> {
  const { readServiceOptions } = await import('../../http/index.ts')
  return data ?? readServiceOptions(process.env).dataDir
}

async function check(options: DataOption & { readonly json: boolean }): Promise<void> {
  const { checkDataFolder } = await import('../../upkeep/index.ts')
  const { progressBars } = await import('../train-progress.ts')
  const bars = progressBars()
  const report = checkDataFolder(await folderOf(options), bars)
  bars.stop()
  console.log(options.json ? JSON.stringify(report, null, 2) : format(report))
  if (report.damaged) process.exitCode = 1
}

function format({ folder, decisions, events, labels, auditEntries, findings, damaged }: CheckReport): string {
  const notes = findings.filter(({ damage }) => !damage).length
  return [
    `${folder}: ${decisions} decisions, ${events} events, ${labels} labels, ${auditEntries} entries of the audit log`,
    ...findings.map(
      ({ part, where, what, mend, damage }) =>
        `${damage ? 'DAMAGE' : 'note  '}  ${part}${where === '' ? '' : ` ${where}`}: ${what}. ${mend}`,
    ),
    damaged
      ? `${findings.length - notes} findings of damage.`
      : notes > 0
        ? 'No damage; see the notes.'
        : 'No damage.',
  ].join('\n')
}

async function backup({ out, ...options }: DataOption & { readonly out: string }): Promise<void> {
  const { backUp } = await import('../../upkeep/index.ts')
  const { progressBars } = await import('../train-progress.ts')
  const { exitOnSignal } = await import('../signals.ts')
  exitOnSignal()
  const bars = progressBars()
  const made = backUp(await folderOf(options), out, bars)
  bars.stop()
  const bytes = made.files.reduce((sum, file) => sum + file.bytes, 0)
  console.log(
    `${out}: ${made.decisions} decisions up to place ${made.lastSeq}, ${made.files.length} files, ${bytes} bytes, checked`,
  )
}

async function restore({ from, ...options }: DataOption & { readonly from: string }): Promise<void> {
  const { restore: put } = await import('../../upkeep/index.ts')
  const { progressBars } = await import('../train-progress.ts')
  const { auditCommands } = await import('../audit-commands.ts')
  const { exitOnSignal } = await import('../signals.ts')
  exitOnSignal()
  const folder = await folderOf(options)
  const bars = progressBars()
  const { createdAtMs, decisions, lastSeq } = put(from, folder, bars)
  bars.stop()
  auditCommands(folder)({
    action: 'store.restored',
    subject: 'store',
    after: { createdAtMs, decisions, lastSeq },
  })
  console.log(
    [
      `${folder}: ${decisions} decisions up to place ${lastSeq}, as they were at ${new Date(createdAtMs).toISOString()}`,
      'What was acknowledged after that is not in it. Nonces of before are refused, so that no token counts twice.',
    ].join('\n'),
  )
}

async function reindex(options: DataOption): Promise<void> {
  const { reindex: build } = await import('../../upkeep/index.ts')
  const { auditCommands } = await import('../audit-commands.ts')
  const folder = await folderOf(options)
  build(folder)
  auditCommands(folder)({ action: 'store.reindexed', subject: 'store' })
  console.log(`The indexes were built again; see \`atalaya store check --data ${folder}\`.`)
}

async function acceptLoss(options: DataOption): Promise<void> {
  const { acceptLoss: accept } = await import('../../upkeep/index.ts')
  const { auditCommands } = await import('../audit-commands.ts')
  const folder = await folderOf(options)
  const missing = accept(folder)
  auditCommands(folder)({ action: 'store.loss_accepted', subject: 'store', after: { missing } })
  console.log(
    `Written down in the audit log: ${missing}. The service will start; nonces of before are refused.`,
  )
}
