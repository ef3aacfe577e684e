import type { Command } from 'commander'
import { addFileOptions, type FileOptions } from '../data-files.ts'
import { exitOnSignal } from '../signals.ts'

interface Options extends FileOptions {
  readonly out?: string
  readonly json: boolean
}

const QUARANTINE = 'quarantine.ndjson'
const QUALITY = 'quality.html'

export function addQuality(program: Command): void {
  const command = program
    .command('quality')
    .description("Check somebody's files of payments; exit code 1 when no model may be trained on them")
  addFileOptions(command)
    .option('--out <folder>', `folder for ${QUALITY} and ${QUARANTINE}, the bad rows`)
    .option('--json', 'print the whole report as JSON instead of lines', false)
    .action(run)
}

async function run(options: Options): Promise<void> {
  const [{ progressBars }, { openFiles }, { stageFolder }, quality, { qualityHtml }] = await Promise.all([
    import('../train-progress.ts'),
    import('../data-files.ts'),
    import('../../files/staged-folder.ts'),
    import('../../training/quality/index.ts'),
    import('../../training/quality/report-html.ts'),
  ])
  const { findingLines, runGate, summaryLines } = quality
  const [{ writeFileSync }, { tmpdir }, { join }, { randomUUID }] = await Promise.all([
    import('node:fs'),
    import('node:os'),
    import('node:path'),
    import('node:crypto'),
  ])
  exitOnSignal()
  const progress = progressBars()
  const stage = await stageFolder(options.out ?? join(tmpdir(), `atalaya-quality-${randomUUID()}`))
  try {
    const { opened, site } = await openFiles(options, stage.path(QUARANTINE), progress)
    try {
      const report = await runGate(opened, { site, maxBadShare: options.maxBadShare, progress })
      progress.stop()
      if (options.out === undefined) stage.discard()
      else {
        writeFileSync(stage.path(QUALITY), qualityHtml(report))
        stage.finish([QUARANTINE, QUALITY])
      }
      const lines = [...findingLines(report.findings), ...summaryLines(report)]
      if (options.out !== undefined) lines.push(`written to ${options.out}`)
      console.log(options.json ? JSON.stringify(report, null, 2) : lines.join('\n'))
      if (report.findings.some(({ severity }) => severity === 'refuse')) process.exitCode = 1
    } finally {
      opened.close()
    }
  } catch (error) {
    progress.stop()
    stage.discard()
    throw error
  }
}
