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

/** Widths of the columns; longer texts go on in the next line. */
const WIDTHS = [28, 46, 46, 24, 6] as const

/** The attacks and their outcomes as an aligned text table, with a closing line. */
export function formatTable(rows: readonly Row[]): string {
  return [
    ...lines(COLUMNS),
    WIDTHS.map(width => '-'.repeat(width)).join('  '),
    ...rows.flatMap(row => lines(cellsOf(row))),
    '',
    closingLine(rows),
  ].join('\n')
}

/** The lines that a row of cells takes. */
function lines(cells: readonly string[]): string[] {
  const wrapped = WIDTHS.map((width, column) => wrap(cells[column] ?? '', width))
  const height = Math.max(...wrapped.map(cell => cell.length))
  return Array.from({ length: height }, (_, line) =>
    WIDTHS.map((width, column) => (wrapped[column]?.[line] ?? '').padEnd(width))
      .join('  ')
      .trimEnd(),
  )
}

/** Breaks a text between words; a longer word stands out. */
function wrap(text: string, width: number): string[] {
  const [first = '', ...words] = text.split(' ')
  const broken = [first]
  for (const word of words) {
    const line = broken.at(-1) ?? ''
    if (line.length + 1 + word.length <= width) broken[broken.length - 1] = `${line} ${word}`
    else broken.push(word)
  }
  return broken
}

/** A text as it stands in a cell of a Markdown table. */
export const inCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;')

/** The same as sections of a Markdown page. */
export function formatMarkdown(rows: readonly Row[]): string {
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
