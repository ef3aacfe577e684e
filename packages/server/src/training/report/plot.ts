import { escapeXml } from './text.ts'

/** A point of a series; `low` and `high` draw a whisker, `note` is what the pointer reads. */
export interface Point {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
  readonly note?: string
}

/** Colours by what is shown, see the style sheet. */
export type Tone = 'main' | 'other' | 'third' | 'muted' | 'bad'

export interface Series {
  readonly name: string
  readonly kind: 'line' | 'dots' | 'area'
  readonly tone: Tone
  readonly dashed?: boolean
  readonly points: readonly Point[]
}

export interface Axis {
  readonly label: string
  readonly scale?: 'log'
  readonly domain: readonly [number, number]
  readonly format: (value: number) => string
}

export interface Plot {
  readonly title: string
  /** A sentence on how to read it. */
  readonly caption: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

// Telephones show it at three quarters of this width, so its letters are large for it.
const WIDTH = 460
const HEIGHT = 300
const LEFT = 64
const RIGHT = 14
const TOP = 10
const BOTTOM = 44
/** Points nearer than this on the picture say nothing new, and two targets nearer than that cannot be told apart. */
const POINT_DISTANCE = 1.2
const TARGET_DISTANCE = 12

/** Draws a plot as a figure with its legend. */
export function plotFigure({ title, caption, x, y, series }: Plot): string {
  const px = scaleOf(x, LEFT, WIDTH - RIGHT)
  const py = scaleOf(y, HEIGHT - BOTTOM, TOP)
  const drawn = series.map(one => drawSeries(one, px, py))
  return [
    `<figure><figcaption><h3>${escapeXml(title)}</h3><p>${escapeXml(caption)}</p>${legend(series)}</figcaption>`,
    `<svg class="plot" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeXml(`${title}. ${caption}`)}">`,
    ...ticksOf(y).map(
      value =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(py(value))}" y2="${at(py(value))}"/><text x="${LEFT - 6}" y="${at(py(value) + 4)}" text-anchor="end">${escapeXml(y.format(value))}</text>`,
    ),
    ...ticksOf(x).map(
      value =>
        `<text x="${at(px(value))}" y="${HEIGHT - BOTTOM + 17}" text-anchor="middle">${escapeXml(x.format(value))}</text>`,
    ),
    `<text class="axis" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${escapeXml(x.label)}</text>`,
    `<text class="axis" transform="translate(12 ${(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(y.label)}</text>`,
    ...drawn,
    '</svg></figure>',
  ].join('\n')
}

function legend(series: readonly Series[]): string {
  if (series.length < 2) return ''
  const item = ({ name, kind, tone, dashed }: Series) => {
    const mark =
      kind === 'dots'
        ? '<circle cx="9" cy="5" r="4"/>'
        : `<line x1="0" x2="18" y1="5" y2="5"${dashed ? ' class="dashed"' : ''}/>`
    return `<li><svg class="key ${tone}" viewBox="0 0 18 10" aria-hidden="true">${mark}</svg>${escapeXml(name)}</li>`
  }
  return `<ul class="legend">${series.map(item).join('')}</ul>`
}

type Scale = (value: number) => number

function scaleOf({ scale, domain: [low, high] }: Axis, from: number, to: number): Scale {
  const position = scale === 'log' ? Math.log : (value: number) => value
  const [a, b] = [position(low), position(high)]
  return value => {
    const share = (position(Math.min(high, Math.max(low, value))) - a) / (b - a || 1)
    return from + share * (to - from)
  }
}

/** Round values within the domain, five or so. */
function ticksOf({ scale, domain: [low, high] }: Axis): number[] {
  if (scale === 'log') {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, power) => 10 ** (first + power))
  }
  const rough = (high - low) / 5 || 1
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(size => size >= rough) ?? rough
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(10)),
  )
}

function drawSeries({ kind, tone, dashed, points }: Series, px: Scale, py: Scale): string {
  const whiskers = points.flatMap(({ x, low, high }) =>
    low === undefined || high === undefined
      ? []
      : [`<line x1="${at(px(x))}" x2="${at(px(x))}" y1="${at(py(low))}" y2="${at(py(high))}"/>`],
  )
  const group = (body: string) => `<g class="${tone}">${body}</g>`
  if (kind === 'dots') return group([...whiskers, ...points.map(point => dot(point, px, py, 'dot'))].join(''))
  const shown = apart(points, px, py, POINT_DISTANCE)
  const path = shown.map(({ x, y }) => `${at(px(x))},${at(py(y))}`).join(' ')
  const [first, last] = [shown[0], shown.at(-1)]
  const ground = at(HEIGHT - BOTTOM)
  const area =
    kind === 'area' && first && last
      ? `<polygon class="area" points="${at(px(first.x))},${ground} ${path} ${at(px(last.x))},${ground}"/>`
      : ''
  const noted = apart(
    points.filter(({ note }) => note !== undefined),
    ...([px, py, TARGET_DISTANCE] as const),
  )
  return group(
    [
      area,
      `<polyline points="${path}"${dashed ? ' class="dashed"' : ''}/>`,
      ...whiskers,
      ...noted.map(point => dot(point, px, py, 'hit')),
    ].join(''),
  )
}

function dot({ x, y, note }: Point, px: Scale, py: Scale, kind: 'dot' | 'hit'): string {
  const circle = `<circle class="${kind}" cx="${at(px(x))}" cy="${at(py(y))}" r="${kind === 'dot' ? 4 : 6}"`
  return note === undefined ? `${circle}/>` : `${circle}><title>${escapeXml(note)}</title></circle>`
}

/** Points that lie apart on the picture, with the last. */
function apart(points: readonly Point[], px: Scale, py: Scale, distance: number): Point[] {
  const kept: Point[] = []
  for (const [index, point] of points.entries()) {
    const last = kept.at(-1)
    const far =
      last === undefined ||
      index === points.length - 1 ||
      Math.hypot(px(point.x) - px(last.x), py(point.y) - py(last.y)) >= distance
    if (far) kept.push(point)
  }
  return kept
}

const at = (value: number) => String(Math.round(value * 10) / 10)
