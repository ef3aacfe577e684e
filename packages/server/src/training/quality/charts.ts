import { escapeXml } from '../report/text.ts'

/** One column of a chart: its place on the axis in words, and its height; `part` is drawn inside in a second colour. */
export interface ChartColumn {
  readonly label: string
  readonly value: number
  readonly part?: number
}

export interface ColumnChart {
  readonly title: string
  /** What the reader should see, for those who cannot. */
  readonly description: string
  readonly columns: readonly ChartColumn[]
  /** Names of `value` and `part`, shown with each column. */
  readonly names: readonly [value: string, part?: string]
  /** Drawn in the colour of fraud. */
  readonly isFraud?: boolean
  readonly format?: (value: number) => string
}

const WIDTH = 400
const HEIGHT = 190
const LEFT = 44
const BOTTOM = 22
const TOP = 10
const TICKS = 3
/** Labels on the axis: first, some between, last. */
const LABELS = 4

/** Draws columns side by side as an SVG element; the page's style gives it its colours. */
export function columnChart(chart: ColumnChart): string {
  const { title, description, columns, format = number } = chart
  const most = niceAbove(columns.reduce((high, { value }) => Math.max(high, value), 0))
  const step = (WIDTH - LEFT) / Math.max(columns.length, 1)
  const height = (value: number) => (value / most) * (HEIGHT - BOTTOM - TOP)
  const base = HEIGHT - BOTTOM
  const grid = Array.from({ length: TICKS + 1 }, (_, tick) => {
    const value = (tick / TICKS) * most
    const y = round(base - height(value))
    return `<line class="grid" x1="${LEFT}" x2="${WIDTH}" y1="${y}" y2="${y}"/><text x="${LEFT - 5}" y="${y + 4}" text-anchor="end">${format(value)}</text>`
  })
  const bars = columns.map((column, index) => {
    const x = LEFT + index * step
    const bar = (value: number, kind: string) =>
      `<rect class="${kind}" x="${round(x + step * 0.1)}" width="${round(step * 0.8)}" y="${round(base - height(value))}" height="${round(height(value))}"/>`
    const part = column.part === undefined ? '' : bar(column.part, 'part')
    return `<g><title>${escapeXml(spoken(chart, column))}</title>${bar(column.value, chart.isFraud ? 'part' : 'bar')}${part}</g>`
  })
  return [
    '<figure>',
    `<figcaption>${escapeXml(title)}</figcaption>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(`${title}. ${description}`)}">`,
    ...grid,
    ...bars,
    ...axisLabels(columns, step),
    '</svg>',
    `<p>${escapeXml(description)}</p>`,
    '</figure>',
  ].join('\n')
}

function spoken({ names: [value, part], format = number }: ColumnChart, column: ChartColumn): string {
  const inside = column.part === undefined ? '' : `, ${format(column.part)} ${part ?? ''}`
  return `${column.label}: ${format(column.value)} ${value}${inside}`
}

function axisLabels(columns: readonly ChartColumn[], step: number): string[] {
  const last = columns.length - 1
  if (last < 0) return []
  const shown = Math.min(LABELS, columns.length)
  const places = Array.from({ length: shown }, (_, place) =>
    shown === 1 ? 0 : Math.round((place / (shown - 1)) * last),
  )
  return places.map((index, place) => {
    const anchor = place === 0 ? 'start' : place === shown - 1 ? 'end' : 'middle'
    const at = anchor === 'start' ? index : anchor === 'end' ? index + 1 : index + 0.5
    return `<text x="${round(LEFT + at * step)}" y="${HEIGHT - 6}" text-anchor="${anchor}">${escapeXml(columns[index]?.label ?? '')}</text>`
  })
}

/** A row of a list of bars; `share` is 0..1. */
export interface ShareBar {
  readonly name: string
  readonly note: string
  readonly share: number
  readonly shown: string
}

/** Bars of shares with their names, as a table: words wrap, and a reader of tables reads it. */
export function shareBars(title: string, description: string, bars: readonly ShareBar[]): string {
  const rows = bars.map(
    ({ name, note, share, shown }) =>
      `<tr><th scope="row">${escapeXml(name)}${note === '' ? '' : `<small>${escapeXml(note)}</small>`}</th>` +
      `<td><span class="track"><span class="fill" style="width:${round(100 * share)}%"></span></span></td><td class="figure">${escapeXml(shown)}</td></tr>`,
  )
  return `<figure>\n<figcaption>${escapeXml(title)}</figcaption>\n<table class="bars">${rows.join('\n')}</table>\n<p>${escapeXml(description)}</p>\n</figure>`
}

/** The next 1, 2, 3, 5 or 6 of a power of ten that is not below the value: three ticks divide it well. */
function niceAbove(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 1.5, 3, 6, 9, 15].map(one => one * power).find(one => one >= value) ?? value
}

/** `1,200`, `45k`, `1.5M` */
export function number(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`
  return new Intl.NumberFormat('en', { maximumSignificantDigits: 3 }).format(value)
}

const round = (value: number) => Math.round(value * 10) / 10
