import { TrainingError } from '../errors.ts'
import type { Import, PlacedRecord } from '../import/index.ts'
import type { Progress } from '../progress.ts'
import { columnFindings } from './column-findings.ts'
import { type ColumnProfile, labelSql, profileColumns } from './column-profile.ts'
import { fileFindings } from './file-findings.ts'
import { byGravity, type Finding } from './finding.ts'
import { giveawayFindings, measureSeparation, type Separation } from './giveaway.ts'
import { recordFindings } from './record-findings.ts'
import { changeFindings, rejectionFindings, shareFinding } from './row-findings.ts'
import { type DayCount, Tally } from './tally.ts'
import { timeFindings } from './time-findings.ts'

export interface GateOptions {
  /** Of the shop, for hours and currencies. */
  readonly site: { readonly timeZone: string; readonly currency: string }
  /** Refuse with a larger share of bad rows, 0..1. */
  readonly maxBadShare: number
  readonly progress: Progress
  /** Is given each good row, in order of time. */
  readonly onRecord?: (placed: PlacedRecord) => Promise<void>
}

/** Everything that was found about the files. */
export interface QualityReport {
  readonly files: readonly string[]
  readonly rows: {
    readonly read: number
    readonly good: number
    readonly setAside: number
    readonly frauds: number
    readonly genuine: number
  }
  /** First and last payment, UTC epoch ms; null without rows. */
  readonly fromMs: number | null
  readonly toMs: number | null
  readonly findings: readonly Finding[]
  readonly columns: readonly ColumnProfile[]
  /** Each column alone against the label. */
  readonly separation: readonly Separation[]
  readonly days: readonly DayCount[]
  /** Rows by amount: from `fromMinor` to the next step. */
  readonly amounts: readonly { readonly fromMinor: number; readonly rows: number }[]
  readonly delays: readonly { readonly days: number; readonly frauds: number; readonly genuine: number }[]
  readonly unusedColumns: readonly string[]
}

/** Runs every check over opened files. Bad rows are in their quarantine file afterwards. */
export async function runGate(
  opened: Import,
  { site, maxBadShare, progress, onRecord = async () => undefined }: GateOptions,
): Promise<QualityReport> {
  const files = opened.files.map(({ path }) => path)
  const sql = labelSql(opened)
  progress.phase('looking at columns', 2 * opened.columns.length)
  const columns = await profileColumns(opened, sql, done => progress.update(done))
  const separation = await measureSeparation(opened, columns, sql, done =>
    progress.update(opened.columns.length + done),
  )
  const tally = new Tally(site.timeZone)
  progress.phase('checking rows', opened.rows)
  for await (const placed of opened.placed()) {
    tally.add(placed)
    if (tally.rows % 1000 === 0) progress.update(tally.rows)
    await onRecord(placed)
  }
  progress.update(opened.rows)
  const report = opened.report()
  const days = tally.days()
  return {
    files,
    rows: {
      ...{ read: report.read, good: tally.rows, setAside: report.rejected },
      ...{ frauds: tally.frauds, genuine: tally.genuine },
    },
    fromMs: tally.firstMs,
    toMs: tally.lastMs,
    findings: byGravity([
      ...(await fileFindings(opened)),
      ...rejectionFindings(report, opened),
      ...shareFinding(report, maxBadShare),
      ...changeFindings(report, opened),
      ...columnFindings(columns, opened.rows),
      ...giveawayFindings(separation),
      ...(await timeFindings(opened)),
      ...recordFindings(tally, opened, site),
    ]),
    ...{ columns, separation, days },
    amounts: tally.amountBins(),
    delays: tally.delays(),
    unusedColumns: report.unusedColumns,
  }
}

/**
 * Ends a run that the gate refuses. A model that is only judged may be judged on few frauds: the intervals say it.
 *
 * @throws TrainingError `quality_refused` naming what the gate refuses
 */
export function refuseByGate(
  { files, findings }: Pick<QualityReport, 'files' | 'findings'>,
  purpose: 'training' | 'judging' = 'training',
): void {
  const refusals = findings.filter(
    ({ severity, code }) => severity === 'refuse' && (purpose === 'training' || code !== 'too_few_frauds'),
  )
  const [first] = refusals
  if (first === undefined) return
  const others = refusals.length > 1 ? ` (and ${refusals.length - 1} more)` : ''
  throw new TrainingError(
    'quality_refused',
    `${files.join(', ')} does not pass the quality gate: ${first.message}${others}`,
    first.mend,
  )
}
