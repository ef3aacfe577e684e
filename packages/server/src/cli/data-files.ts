import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import type { SiteSettings } from '../features/index.ts'
import { type Import, openImport, readMapping } from '../training/import/index.ts'
import type { Progress } from '../training/progress.ts'
import { dateMs, numberBetween } from './parse.ts'

/** Somebody's files and how they are read. */
export interface FileOptions {
  readonly data: string
  readonly mapping?: string
  /** Only rows from then on and before then, UTC epoch ms. */
  readonly from?: number
  readonly to?: number
  readonly maxBadShare: number
  readonly timeZone: string
  readonly currency: string
  readonly country: string
}

/** Options of the commands that read nothing but files. */
export function addFileOptions(command: Command): Command {
  return command
    .requiredOption(
      '--data <file,...>',
      'payments as CSV, NDJSON (both may be gzipped) or Parquet; several files are one history',
    )
    .option('--mapping <file>', 'which column fills which field; without it the header names decide')
    .option('--from <date>', 'only rows from then on', dateMs)
    .option('--to <date>', 'only rows before then', dateMs)
    .option('--max-bad-share <share>', 'refuse with more bad rows', numberBetween(0, 1), 0.01)
    .option('--time-zone <zone>', 'of the shop, unless the mapping says it', 'America/Lima')
    .option('--currency <code>', 'of the shop, unless the mapping says it', 'PEN')
    .option('--country <code>', 'of the shop, unless the mapping says it', 'PE')
}

/** The files that `--data` names; a comma may also be part of a name. */
function filesOf(data: string): string[] {
  return existsSync(data) ? [data] : data.split(',').filter(path => path !== '')
}

/**
 * Opens the files as one history.
 *
 * @param rejectedFile takes the bad rows
 */
export async function openFiles(
  options: FileOptions,
  rejectedFile: string,
  progress: Progress,
): Promise<{ readonly opened: Import; readonly site: SiteSettings }> {
  const { timeZone, currency, country } = options
  const mapping = options.mapping === undefined ? null : readMapping(options.mapping)
  const site = { timeZone, currency, country, ...mapping?.site }
  const opened = await openImport(filesOf(options.data), {
    ...{ mapping, currency: site.currency, rejectedFile, maxRejectedShare: 1, progress },
    ...(options.from !== undefined && { fromMs: options.from }),
    ...(options.to !== undefined && { toMs: options.to }),
  })
  return { opened, site }
}
