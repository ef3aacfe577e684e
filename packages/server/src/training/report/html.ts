import type { Manifest } from '../../registry/index.ts'
import type { Assessment } from '../assess.ts'
import type { ModelAssessment } from '../evaluate-model.ts'
import { FIGURES, type FigureName } from '../evaluation.ts'
import { driftSection, importanceSection } from './features.ts'
import { type Cell, paragraph, type Section, sectionHtml, table } from './parts.ts'
import { policySection } from './policy.ts'
import { calibrationSection, rankingSection } from './ranking.ts'
import { STYLE } from './style.ts'
import { count, day, escapeXml, figure, percent } from './text.ts'
import { attackSection, weekSection } from './time.ts'

export interface ReportInput {
  readonly title: string
  readonly assessment: Assessment
  readonly manifest: Omit<Manifest, 'version' | 'files'>
  /** Given when the model is measured on a history that is not the one it was trained on. */
  readonly measuredOn?: ModelAssessment['measuredOn']
}

/** The evaluation as one HTML page that needs nothing else: no script, no other file, light and dark. */
export function reportHtml(input: ReportInput): string {
  const { title, assessment, manifest } = input
  const sections = [
    figureSection(assessment),
    rankingSection(assessment),
    calibrationSection(assessment),
    policySection(assessment),
    importanceSection(manifest),
    driftSection(assessment),
    weekSection(assessment),
    attackSection(assessment),
    prescoreSection(manifest),
    dataSection(input),
  ].filter(section => section !== null)
  const links = sections.map(({ id, title: name }) => `<li><a href="#${id}">${escapeXml(name)}</a></li>`)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Atalaya: ${escapeXml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(summary(input))}</p>
</header>
<nav aria-label="Sections"><ul>${links.join('')}</ul></nav>
<main>
${manifest.leakage.length > 0 ? `<p class="alarm" role="alert"><strong>Leakage alarm.</strong> ${escapeXml(manifest.leakage.join(', '))}: alone nearly as good as the whole model. Make sure that the value is known before the order is decided.</p>` : ''}
${cards(assessment, manifest)}
${sections.map(sectionHtml).join('\n')}
</main>
<footer>Intervals hold 95 % of ${count(200)} bootstrap resamples. Times are UTC.</footer>
</body>
</html>
`
}

function summary({ assessment, manifest, measuredOn }: ReportInput): string {
  const { rows, frauds } = assessment.evaluation
  const { fromMs, toMs } = measuredOn?.window ?? manifest.windows.test
  return `Judged on ${count(rows)} labelled orders from ${day(fromMs)} to ${day(toMs)}, ${count(frauds)} of them fraud (${percent(frauds / rows)}); the model learnt from orders up to ${day(manifest.windows.validation.toMs)}.`
}

interface Card {
  readonly label: string
  readonly value: string
  readonly range: string
}

function cards({ evaluation, policies, policy }: Assessment, { prescore }: ReportInput['manifest']): string {
  const { figures, oracle } = evaluation
  const card = (label: string, { value, low, high }: { value: number; low: number; high: number }): Card => ({
    ...{ label, value: value.toFixed(3), range: `${low.toFixed(3)} to ${high.toFixed(3)}` },
  })
  const gain = policies[0]?.gain
  const list: Card[] = [
    card('average precision', figures.average_precision),
    ...(oracle ? [card('share of the attainable', oracle.share)] : []),
    card('recall, riskiest 1 % reviewed', figures.recall_at_capacity),
    card('fraudulent money caught', figures.value_detection_rate),
    {
      label: 'calibration error',
      value: figures.expected_calibration_error.value.toFixed(4),
      range: `${figures.expected_calibration_error.low.toFixed(4)} to ${figures.expected_calibration_error.high.toFixed(4)}`,
    },
    ...(gain
      ? [
          {
            label: `gained an order, ${policy.costs.currency}`,
            value: (gain.value / 100).toFixed(2),
            range: `${(gain.low / 100).toFixed(2)} to ${(gain.high / 100).toFixed(2)}`,
          },
        ]
      : []),
    ...(prescore?.gain ? [card('AP gained by the pre-score', prescore.gain.difference)] : []),
  ]
  return `<ul class="cards">${list
    .map(
      ({ label, value, range }) =>
        `<li><span class="label">${escapeXml(label)}</span><span class="value">${value}</span><span class="range">${range}</span></li>`,
    )
    .join('')}</ul>`
}

function figureSection({ evaluation, threshold }: Assessment): Section {
  const { figures, oracle } = evaluation
  const row = (what: string, { value, low, high }: { value: number; low: number; high: number }): Cell[] => [
    what,
    figure(value),
    `${figure(low)} to ${figure(high)}`,
  ]
  const rows = [
    ...(Object.keys(FIGURES) as FigureName[]).map(name => row(FIGURES[name], figures[name])),
    ...(oracle
      ? [
          row('attainable average precision (oracle)', oracle.averagePrecision),
          row('share of it that is reached', oracle.share),
        ]
      : []),
  ]
  const columns = [
    { head: 'figure' },
    { head: 'value', isNumber: true },
    { head: '95 % interval', isNumber: true },
  ]
  return {
    id: 'figures',
    title: 'Figures',
    body: `${paragraph(`Threshold: probability ${figure(threshold)}, where F1 was best on the calibration slice.`)}${table('Figures', columns, rows)}`,
  }
}

function prescoreSection({ prescore }: ReportInput['manifest']): Section | null {
  if (!prescore) return null
  const interval = ({ value, low, high }: { value: number; low: number; high: number }) => [
    value.toFixed(4),
    `${low.toFixed(4)} to ${high.toFixed(4)}`,
  ]
  const { gain } = prescore
  const rows: Cell[][] = [
    ['the network alone', ...interval(prescore.averagePrecision)],
    ...(gain
      ? [
          ['the model', ...interval(gain.withIt)],
          ['the same trees without the pre-score', ...interval(gain.withoutIt)],
          ['what it adds (paired)', ...interval(gain.difference)],
        ]
      : []),
  ]
  return {
    id: 'prescore',
    title: 'Pre-score',
    body: [
      paragraph(
        'The small network that scores the session in the browser, from signals alone, and what the trees gain from it beside the same signals. Measured on the test slice of the training.',
      ),
      table(
        'Pre-score',
        [
          { head: 'average precision of' },
          { head: 'value', isNumber: true },
          { head: '95 % interval', isNumber: true },
        ],
        rows,
      ),
      paragraph(`Network ${prescore.id}. Fitted on the ${prescore.fittedBy}.`),
    ].join('\n'),
  }
}

function dataSection({ manifest, measuredOn }: ReportInput): Section {
  const { data, windows, engine, calibration, columns } = manifest
  const slice = ({ fromMs, toMs, rows, frauds }: typeof windows.test) =>
    `${day(fromMs)} to ${day(toMs)}: ${count(rows)} orders, ${count(frauds)} frauds`
  const list: [string, string][] = [
    ...(measuredOn
      ? ([
          ['measured on', slice(measuredOn.window)],
          ['its records (SHA-256)', measuredOn.dataSha256],
        ] as [string, string][])
      : []),
    [
      'trained from',
      `${data.sourceType}, ${count(data.rows)} orders from ${day(data.fromMs)} to ${day(data.toMs)}`,
    ],
    ['records (SHA-256)', data.sha256],
    ['training slice', slice(windows.train)],
    ['validation slice', slice(windows.validation)],
    ['calibration slice', slice(windows.calibration)],
    ['test slice', slice(windows.test)],
    [
      'labels',
      `known by ${day(windows.labelsKnownAtMs)}; orders count from an age of ${windows.maturityDays} days on`,
    ],
    ['calibration', calibration.kind],
    [
      'engine',
      `${engine.library} ${engine.version}, ${engine.rounds} trees of ${columns.length} columns, seed ${engine.seed}`,
    ],
    [
      'parameters',
      Object.entries({
        ...engine.params,
        ...(engine.imbalance && { imbalance: JSON.stringify(engine.imbalance) }),
      })
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ],
  ]
  return {
    id: 'data',
    title: 'Data and parameters',
    body: `<dl>${list.map(([name, text]) => `<dt>${escapeXml(name)}</dt><dd>${escapeXml(text)}</dd>`).join('')}</dl>`,
  }
}
