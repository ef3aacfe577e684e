import { type Finding, percent, SEVERITIES } from './finding.ts'
import type { QualityReport } from './gate.ts'

/** One line a finding: severity, code, what, where, what to do. */
export function findingLines(findings: readonly Finding[]): string[] {
  return findings.map(({ severity, code, message, lines, mend }) => {
    const where = lines.length > 0 ? ` (line ${lines.join(', ')}${lines.length >= 5 ? ', ...' : ''})` : ''
    return `${severity.padEnd(6)}  ${code}: ${message}${where}. ${mend}`
  })
}

/** What was read and what it is worth, in two lines. */
export function summaryLines({ files, rows, fromMs, toMs, findings }: QualityReport): string[] {
  const day = (ms: number | null) => (ms === null ? '-' : new Date(ms).toISOString().slice(0, 10))
  const labelled = rows.frauds + rows.genuine
  const share = labelled > 0 ? ` (${percent(rows.frauds / labelled)})` : ''
  return [
    `${files.join(', ')}: ${rows.read} rows read, ${rows.good} good, ${rows.setAside} set aside; ${rows.frauds} frauds${share}, ${rows.genuine} genuine; ${day(fromMs)} to ${day(toMs)}`,
    `quality gate: ${verdictOf(findings)}`,
  ]
}

export function verdictOf(findings: readonly Finding[]): string {
  const counts = SEVERITIES.map(one => findings.filter(({ severity }) => severity === one).length)
  const [refusals = 0, warnings = 0, notes = 0] = counts
  const rest = `${warnings} ${warnings === 1 ? 'warning' : 'warnings'}, ${notes} ${notes === 1 ? 'note' : 'notes'}`
  return refusals > 0
    ? `refused (${refusals} ${refusals === 1 ? 'reason' : 'reasons'}, ${rest})`
    : `passed (${rest})`
}
