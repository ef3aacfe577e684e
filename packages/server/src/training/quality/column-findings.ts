import type { ColumnProfile } from './column-profile.ts'
import { type Finding, finding, percent, shareOf } from './finding.ts'

/** A field that is empty more often than this is named. */
const SPARSE = 0.5
/** Fewer rows say nothing about a column. */
const FEW_ROWS = 20

/** Columns that hold nothing, little or always the same. */
export function columnFindings(profiles: readonly ColumnProfile[], rows: number): Finding[] {
  return profiles.flatMap(({ column, field, filled, missing, constant, holdsLines }) => {
    if (rows === 0 || field === 'never') return []
    const isRead = field !== null
    const subject = column
    const fills = field === null ? 'nothing reads it' : `it fills ${field}`
    if (filled === 0)
      return finding(
        isRead ? 'warn' : 'note',
        'column_empty',
        `column "${column}" is empty in every row; ${fills}`,
        isRead ? 'Export it again or take it out of the mapping.' : 'Nothing to do.',
        { subject, rows },
      )
    const found: Finding[] = []
    if (holdsLines > 0)
      found.push(
        finding(
          'warn',
          'lines_in_a_cell',
          `column "${column}" has ${holdsLines} cells with line breaks and as many separators as a line of the file has: a stray quote may have taken whole rows into them`,
          'Look for a quote that opens a cell and does not close it, or export again with quotes doubled.',
          { subject, rows: holdsLines },
        ),
      )
    if (isRead && missing / rows > SPARSE && field !== 'label.observedAt' && field !== 'label')
      found.push(
        finding(
          'note',
          'column_sparse',
          `column "${column}" is empty in ${shareOf(missing, rows)}; ${fills}`,
          'Missing values stay missing: trees take them as they are.',
          { subject, rows: missing },
        ),
      )
    if (constant !== null && filled >= FEW_ROWS && field !== 'label' && field !== 'transaction.currency')
      found.push(
        finding(
          'note',
          'column_constant',
          `column "${column}" is "${constant.slice(0, 60)}" in every row that has a value (${percent(filled / rows)}); ${fills}`,
          'It tells payments apart in nothing.',
          { subject, rows: filled },
        ),
      )
    return found
  })
}
