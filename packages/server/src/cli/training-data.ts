import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { AtalayaError } from '../base/errors.ts'
import type { SiteSettings } from '../features/index.ts'
import { writeSimulation } from '../simulator/write.ts'
import { historySource, importSource } from '../training/file-sources.ts'
import type { ImportReport } from '../training/import/index.ts'
import type { Progress } from '../training/progress.ts'
import { findingLines, refuseByGate, runGate, summaryLines } from '../training/quality/index.ts'
import type { RecordSource } from '../training/source.ts'
import { type FileOptions, openFiles } from './data-files.ts'

/** Where records come from: exactly one of the three. */
export interface DataOptions extends Omit<FileOptions, 'data'> {
  readonly data?: string
  readonly history?: string
  readonly simulate?: number
  /** Of the simulation. */
  readonly seed: number
  readonly days: number
  readonly start: number
  /** Of `data`: takes its bad rows. */
  readonly rejected?: string
}

/** Records, opened. */
export interface OpenedData {
  readonly source: RecordSource
  /** Of an import, once it has been read. */
  report(): ImportReport | null
  close(): void
}

/** Opens what the options name. @throws AtalayaError when they name none or several, or it cannot be read */
export async function openData(
  options: DataOptions,
  progress: Progress,
  purpose: 'training' | 'judging' = 'training',
): Promise<OpenedData> {
  const { data, history, simulate, mapping, timeZone, currency, country } = options
  const site = { timeZone, currency, country }
  const given = [data, history, simulate].filter(value => value !== undefined)
  if (given.length !== 1)
    throw new AtalayaError(
      'training_options',
      given.length === 0 ? 'there is nothing to read' : 'there is more than one thing to read',
      'Give one of --data FILE, --history FILE and --simulate N.',
    )
  if (mapping !== undefined && data === undefined)
    throw new AtalayaError(
      'training_options',
      '--mapping belongs to --data',
      'Give --data FILE, or leave it out.',
    )
  if (data !== undefined)
    return openGated(
      { ...options, data },
      options.rejected ?? `${basename(data)}.rejected.ndjson`,
      progress,
      purpose,
    )
  if (history !== undefined)
    return { source: historySource(history, site), report: () => null, close: () => undefined }
  return simulated(simulate ?? 0, site, options, progress)
}

/** Opens files past the quality gate, which says what it finds. @throws TrainingError `quality_refused` */
async function openGated(
  options: FileOptions,
  rejected: string,
  progress: Progress,
  purpose: 'training' | 'judging',
): Promise<OpenedData> {
  const { opened, site } = await openFiles(options, rejected, progress)
  try {
    const report = await runGate(opened, { site, maxBadShare: options.maxBadShare, progress })
    for (const line of [...findingLines(report.findings), ...summaryLines(report)]) progress.say?.(line)
    refuseByGate(report, purpose)
  } catch (error) {
    opened.close()
    throw error
  }
  return { source: importSource(opened, site), report: opened.report, close: opened.close }
}

/** A simulation is written once and read as often as training needs it. */
async function simulated(
  events: number,
  site: SiteSettings,
  { seed, days, start }: DataOptions,
  progress: Progress,
): Promise<OpenedData> {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-simulation-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  try {
    progress.phase('simulation', events)
    const never = new AbortController().signal
    await writeSimulation({ events, seed, days, startMs: start }, folder, never, made =>
      progress.update(made),
    )
    const source = historySource(join(folder, 'history.ndjson.gz'), site, 'simulation')
    return { source: { ...source, rows: events }, report: () => null, close }
  } catch (error) {
    close()
    throw error
  }
}
