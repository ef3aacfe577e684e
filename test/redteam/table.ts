import type { Attack, Result } from './attack.ts'

export interface Row {
  readonly family: string
  readonly attack: Attack
  readonly result: Result
}

const COLUMNS = ['attack', 'what it tries', 'expected', 'outcome', 'held'] as const
/** What has to be shown of an outcome that is as expected: nothing more. */
const AS_EXPECTED = 'as expected'

const cellsOf = ({ attack, result }: Row) => [
  attack.id,
  attack.tries,
  attack.expected,
  result.held ? AS_EXPECTED : result.outcome,
  result.held ? 'held' : 'BREACH',
]

/** The attacks and their outcomes as an aligned text table, with a closing line. */
export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map(cellsOf)
  const widths = COLUMNS.map((title, column) =>
    Math.max(title.length, ...cells.map(line => line[column]?.length ?? 0)),
  )
  const line = (texts: readonly string[]) =>
    texts
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [
    line(COLUMNS),
    widths.map(width => '-'.repeat(width)).join('  '),
    ...cells.map(line),
    '',
    closingLine(rows),
  ].join('\n')
}

/** The same as sections of a Markdown page. */
export function formatMarkdown(rows: readonly Row[]): string {
  const inCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')
  const families = [...new Set(rows.map(({ family }) => family))]
  const sections = families.flatMap(family => [
    `### ${family.charAt(0).toUpperCase()}${family.slice(1)}`,
    '',
    '| attack | what it tries | outcome | |',
    '|---|---|---|---|',
    ...rows
      .filter(row => row.family === family)
      .map(({ attack, result }) => {
        const held = result.held ? 'held' : `**BREACH**, expected: ${inCell(attack.expected)}`
        return `| \`${attack.id}\` | ${inCell(attack.tries)} | ${inCell(result.outcome)} | ${held} |`
      }),
    '',
  ])
  return [...sections, closingLine(rows)].join('\n')
}

function closingLine(rows: readonly Row[]): string {
  const breaches = rows.filter(({ result }) => !result.held).length
  return `${rows.length} attacks: ${rows.length - breaches} held, ${breaches} breaches.`
}
