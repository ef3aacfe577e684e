/** What a finding does: `refuse` ends the run, `warn` costs a better model, `note` is worth knowing. */
export const SEVERITIES = ['refuse', 'warn', 'note'] as const
export type Severity = (typeof SEVERITIES)[number]

/** Something about the files that whoever trains on them has to know. */
export interface Finding {
  /** Stable; docs/import-data.md explains each. */
  readonly code: string
  readonly severity: Severity
  /** Field or column it is about; empty: the files as a whole. */
  readonly subject: string
  /** Rows concerned; null where rows are not counted. */
  readonly rows: number | null
  /** What was found, one sentence without its full stop. */
  readonly message: string
  /** First lines where it happened. */
  readonly lines: readonly number[]
  /** What was done with it or what to do, a sentence. */
  readonly mend: string
}

/** A finding from its parts; what is left out is empty. */
export function finding(
  severity: Severity,
  code: string,
  message: string,
  mend: string,
  more: Partial<Pick<Finding, 'subject' | 'rows' | 'lines'>> = {},
): Finding {
  return { code, severity, subject: '', rows: null, lines: [], ...more, message, mend }
}

/** The gravest first; of one severity those that concern most rows. */
export function byGravity(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || (b.rows ?? 0) - (a.rows ?? 0),
  )
}

/** `12 of 100 rows (12 %)` */
export function shareOf(rows: number, all: number): string {
  return `${rows} of ${all} rows (${percent(rows / all)})`
}

/** `0.25 %`: two digits that count. */
export function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`
}
