import type { Command } from 'commander'
import { addFileOptions, type FileOptions } from '../data-files.ts'
import { exitOnSignal } from '../signals.ts'

interface Options extends FileOptions {
  readonly out: string
  readonly anyway: boolean
}

const HISTORY = 'history.ndjson.gz'
const QUARANTINE = 'quarantine.ndjson'
const QUALITY = 'quality.html'

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .description("Turn somebody's files of payments into a history, past the quality gate")
  addFileOptions(command)
    .requiredOption('--out <folder>', `folder for ${HISTORY}, ${QUARANTINE} and ${QUALITY}`)
    .option('--anyway', 'write the history although the gate refuses it', false)
    .action(run)
}

async function run(options: Options): Promise<void> {
  const [{ progressBars }, { openFiles }, { stageFolder }, { HistoryWriter }, quality, { qualityHtml }] =
    await Promise.all([
      import('../train-progress.ts'),
      import('../data-files.ts'),
      import('../../files/staged-folder.ts'),
      import('../../records/writer.ts'),
      import('../../training/quality/index.ts'),
      import('../../training/quality/report-html.ts'),
    ])
  const { findingLines, refuseByGate, runGate, summaryLines } = quality
  const [{ writeFileSync }, { join }] = await Promise.all([import('node:fs'), import('node:path')])
  exitOnSignal()
  const progress = progressBars()
  const stage = await stageFolder(options.out)
  let history: InstanceType<typeof HistoryWriter> | undefined
  try {
    const { opened, site } = await openFiles(options, stage.path(QUARANTINE), progress)
    const { timeZone, currency, country } = site
    try {
      const writer = new HistoryWriter(stage.path(HISTORY))
      history = writer
      const report = await runGate(opened, {
        ...{ site, maxBadShare: options.maxBadShare, progress },
        onRecord: ({ record }) => writer.write(record),
      })
      progress.stop()
      console.log([...findingLines(report.findings), ...summaryLines(report)].join('\n'))
      if (!options.anyway) refuseByGate(report)
      await writer.finish()
      writeFileSync(stage.path(QUALITY), qualityHtml(report))
    } finally {
      opened.close()
    }
    stage.finish([QUARANTINE, QUALITY, HISTORY])
    console.log(
      `written to ${options.out}. Train on it: atalaya train --history ${join(options.out, HISTORY)} --time-zone ${timeZone} --currency ${currency} --country ${country} --out ./models`,
    )
  } catch (error) {
    progress.stop()
    await history?.discard()
    stage.discard()
    throw error
  }
}
