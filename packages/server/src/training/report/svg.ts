/** A line or a cloud of a plot. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly kind: 'line' | 'dots'
  readonly dashed?: boolean
}

export interface Plot {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly series: readonly Series[]
  /** Default: the extent of the points. */
  readonly xRange?: readonly [number, number]
  readonly yRange?: readonly [number, number]
}

const WIDTH = 520
const HEIGHT = 340
const LEFT = 64
const BOTTOM = 48
const TOP = 34
const RIGHT = 14
const COLOURS = ['#1f6f8b', '#c8553d', '#6a994e', '#8e6c8a'] as const
const TICKS = 5
/** More points than a line can show are thinned. */
const MAX_POINTS = 400

/** Draws a plot as an SVG element. */
export function plotSvg({ title, xLabel, yLabel, series, xRange, yRange }: Plot): string {
  const all = series.flatMap(({ points }) => points)
  const [x0, x1] = xRange ?? extent(all.map(([x]) => x))
  const [y0, y1] = yRange ?? extent(all.map(([, y]) => y))
  const px = (x: number) => LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)
  const py = (y: number) => HEIGHT - BOTTOM - ((y - y0) / (y1 - y0)) * (HEIGHT - BOTTOM - TOP)
  const at = (step: number, low: number, high: number) => low + (step / TICKS) * (high - low)
  const steps = Array.from({ length: TICKS + 1 }, (_, step) => step)
  const grid = steps.flatMap(step => {
    const [x, y] = [at(step, x0, x1), at(step, y0, y1)]
    return [
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${round(py(y))}" y2="${round(py(y))}"/>`,
      `<text x="${LEFT - 6}" y="${round(py(y) + 4)}" text-anchor="end">${tick(y)}</text>`,
      `<text x="${round(px(x))}" y="${HEIGHT - BOTTOM + 16}" text-anchor="middle">${tick(x)}</text>`,
    ]
  })
  const drawn = series.map((one, index) => drawSeries(one, colour(index), px, py))
  const legend = series.map(
    ({ name }, index) =>
      `<text x="${WIDTH - RIGHT - 4}" y="${TOP + 14 + 15 * index}" text-anchor="end" fill="${colour(index)}">${escapeXml(name)}</text>`,
  )
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(title)}">`,
    `<text class="title" x="${LEFT}" y="18">${escapeXml(title)}</text>`,
    ...grid,
    ...drawn,
    ...legend,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle">${escapeXml(xLabel)}</text>`,
    `<text transform="translate(14 ${HEIGHT / 2}) rotate(-90)" text-anchor="middle">${escapeXml(yLabel)}</text>`,
    '</svg>',
  ].join('\n')
}

type Scale = (value: number) => number

function drawSeries({ points, kind, dashed }: Series, ink: string, px: Scale, py: Scale): string {
  if (kind === 'dots')
    return points
      .map(([x, y]) => `<circle cx="${round(px(x))}" cy="${round(py(y))}" r="3.5" fill="${ink}"/>`)
      .join('')
  const path = thin(points)
    .map(([x, y]) => `${round(px(x))},${round(py(y))}`)
    .join(' ')
  return `<polyline points="${path}" fill="none" stroke="${ink}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`
}

/** Horizontal bars, the first on top. */
export function barsSvg(title: string, bars: readonly (readonly [name: string, value: number])[]): string {
  const rowHeight = 20
  const nameWidth = 230
  const height = TOP + bars.length * rowHeight + 10
  const most = Math.max(...bars.map(([, value]) => value), Number.MIN_VALUE)
  const rows = bars.map(([name, value], index) => {
    const y = TOP + index * rowHeight
    const length = (value / most) * (WIDTH - nameWidth - 70)
    return [
      `<text x="${nameWidth - 6}" y="${y + 13}" text-anchor="end">${escapeXml(name)}</text>`,
      `<rect x="${nameWidth}" y="${y + 3}" width="${round(length)}" height="13" fill="${colour(0)}"/>`,
      `<text x="${round(nameWidth + length + 5)}" y="${y + 13}">${value.toPrecision(3)}</text>`,
    ].join('')
  })
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(title)}"><text class="title" x="8" y="18">${escapeXml(title)}</text>${rows.join('\n')}</svg>`
}

/** Text inside XML and HTML. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function extent(values: readonly number[]): [number, number] {
  const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY)
  const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  return high > low ? [low, high] : [low - 0.5, low + 0.5]
}

function thin<T>(points: readonly T[]): T[] {
  const step = Math.max(1, points.length / MAX_POINTS)
  const kept: T[] = []
  for (let at = 0; at < points.length; at += step) kept.push(points[Math.floor(at)] as T)
  const last = points.at(-1)
  return last === undefined ? kept : [...kept, last]
}

const colour = (index: number) => COLOURS[index % COLOURS.length] as string
const round = (value: number) => Math.round(value * 10) / 10
const tick = (value: number) => String(Number(value.toPrecision(3)))
