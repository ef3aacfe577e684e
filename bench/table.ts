import type { BenchRow } from './result.ts'

/** A figure with three to four significant digits, thousands separated. */
function figure(value: number | null, unit = ''): string {
  if (value === null) return '-'
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits })
  return unit === '' || unit === 'share' ? text : `${text} ${unit}`
}

/** The benchmark as an aligned text table; notes stand below it, numbered. */
export function formatTable(rows: readonly BenchRow[]): string {
  const notes = [...new Set(rows.flatMap(row => row.note ?? []))]
  const header = ['id', 'what', 'ours', 'reference', 'ratio', 'goal', 'met']
  const cells = rows.map(row => [
    row.id,
    row.note === null ? row.what : `${row.what} [${notes.indexOf(row.note) + 1}]`,
    figure(row.ours, row.unit),
    row.reference === null ? '-' : `${figure(row.reference, row.unit)} (${row.referenceName})`,
    figure(row.ratio),
    row.goal,
    row.met ? 'yes' : 'no',
  ])
  const widths = header.map((title, column) =>
    Math.max(title.length, ...cells.map(line => line[column]?.length ?? 0)),
  )
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    line(header),
    widths.map(width => '-'.repeat(width)).join('  '),
    ...cells.map(line),
    ...(notes.length > 0 ? ['', ...notes.map((note, index) => `[${index + 1}] ${note}`)] : []),
  ].join('\n')
}
