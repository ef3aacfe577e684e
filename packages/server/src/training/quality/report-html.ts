import { escapeXml } from '../report/text.ts'
import { type ChartColumn, columnChart, number, shareBars } from './charts.ts'
import { type Finding, percent, SEVERITIES } from './finding.ts'
import type { QualityReport } from './gate.ts'
import { PAGE_STYLE } from './page-style.ts'
import { DAY_MS } from './tally.ts'
import { verdictOf } from './text.ts'

/** More columns than a chart can show are put together. */
const MAX_COLUMNS = 100
const SHOWN_FIELDS = 40

/** The report as one page that loads nothing: no script, no style sheet, no picture from elsewhere. */
export function qualityHtml(report: QualityReport): string {
  const { files, rows, findings, unusedColumns } = report
  const isRefused = findings.some(({ severity }) => severity === 'refuse')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Data quality: ${escapeXml(files.join(', '))}</title>
<style>${PAGE_STYLE}</style>
<main>
<h1>Data quality</h1>
<p class="files">${escapeXml(files.join(', '))}</p>
<p class="verdict ${isRefused ? 'refuse' : 'passed'}">${escapeXml(`Quality gate: ${verdictOf(findings)}`)}</p>
<dl class="tiles">${tiles(report)}</dl>
<section aria-label="Findings"><h2>Findings</h2>
${findings.length === 0 ? '<p>Nothing to report.</p>' : SEVERITIES.map(severity => findingList(severity, findings)).join('\n')}
</section>
<section aria-label="Pictures"><h2>Pictures</h2>
<div class="pictures">
${[...timePictures(report), amountPicture(report), delayPicture(report), missingPicture(report), separationPicture(report)].join('\n')}
</div>
</section>
${unusedColumns.length > 0 ? `<section aria-label="Columns nothing reads"><h2>Columns nothing reads</h2><p>${escapeXml(unusedColumns.join(', '))}</p></section>` : ''}
<p class="foot">${rows.setAside > 0 ? 'The rows set aside are in the quarantine file, with line and reason. ' : ''}Each finding is explained in docs/import-data.md.</p>
</main>
</html>
`
}

function tiles({ rows, fromMs, toMs }: QualityReport): string {
  const labelled = rows.frauds + rows.genuine
  const all = (value: number) => new Intl.NumberFormat('en').format(value)
  return [
    ['rows read', all(rows.read)],
    ['good', all(rows.good)],
    ['set aside', all(rows.setAside)],
    ['frauds', labelled > 0 ? `${all(rows.frauds)} (${percent(rows.frauds / labelled)})` : '0'],
    ['without label', all(rows.good - labelled)],
    ['time', fromMs === null || toMs === null ? '-' : `${day(fromMs)} to ${day(toMs)}`],
  ]
    .map(([name = '', value = '']) => `<div><dt>${name}</dt><dd>${escapeXml(value)}</dd></div>`)
    .join('\n')
}

function findingList(severity: Finding['severity'], findings: readonly Finding[]): string {
  const found = findings.filter(one => one.severity === severity)
  if (found.length === 0) return ''
  const items = found.map(
    ({ code, message, lines, mend }) =>
      `<li><p><span class="chip ${severity}">${severity}</span> <code>${escapeXml(code)}</code></p>` +
      `<p>${escapeXml(message)}.</p><p class="mend">${escapeXml(mend)}${lines.length > 0 ? ` <span class="lines">First lines: ${lines.join(', ')}</span>` : ''}</p></li>`,
  )
  return `<ul class="findings">${items.join('\n')}</ul>`
}

function timePictures({ days }: QualityReport): string[] {
  const first = days[0]?.atMs ?? 0
  const span = ((days.at(-1)?.atMs ?? 0) - first) / DAY_MS + 1
  const width = span <= MAX_COLUMNS ? 1 : span <= 7 * MAX_COLUMNS ? 7 : Math.ceil(span / MAX_COLUMNS)
  const unit = width === 1 ? 'day' : width === 7 ? 'week' : `${width} days`
  const bins = Array.from({ length: Math.max(1, Math.ceil(span / width)) }, (_, index) => ({
    label: day(first + index * width * DAY_MS),
    ...{ rows: 0, frauds: 0 },
  }))
  for (const { atMs, rows, frauds } of days) {
    const bin = bins[Math.floor((atMs - first) / DAY_MS / width)]
    if (bin === undefined) continue
    bin.rows += rows
    bin.frauds += frauds
  }
  return [
    columnChart({
      title: `Payments per ${unit}`,
      description: 'Gaps are missing exports; a falling end is an export that was cut.',
      columns: bins.map(({ label, rows }) => ({ label, value: rows })),
      names: ['payments'],
    }),
    columnChart({
      title: `Frauds per ${unit}`,
      description: 'An end without frauds is an end whose labels are not known yet.',
      columns: bins.map(({ label, frauds }) => ({ label, value: frauds })),
      names: ['frauds'],
      isFraud: true,
    }),
  ]
}

function amountPicture({ amounts }: QualityReport): string {
  const by = new Map(amounts.map(({ fromMinor, rows }) => [step(fromMinor), rows]))
  const steps = [...by.keys()]
  const low = Math.min(...steps)
  const count = steps.length === 0 ? 0 : Math.max(...steps) - low + 1
  return columnChart({
    title: 'Amounts, major units, each column 1.6 times the one before',
    description: 'Two hills far apart often mean two units or two currencies in one column.',
    columns: Array.from({ length: count }, (_, index) => ({
      label: number(10 ** ((low + index) / 5) / 100),
      value: by.get(low + index) ?? 0,
    })),
    names: ['payments'],
  })
}

const step = (minor: number) => Math.round(Math.log10(minor) * 5)

function delayPicture({ delays }: QualityReport): string {
  const last = delays.at(-1)?.days ?? 0
  const width = Math.max(1, Math.ceil((last + 1) / 60))
  const columns: (ChartColumn & { value: number; part: number })[] = Array.from(
    { length: delays.length === 0 ? 0 : Math.floor(last / width) + 1 },
    (_, index) => ({
      label: width === 1 ? `${index} d` : `${index * width} to ${(index + 1) * width} d`,
      ...{ value: 0, part: 0 },
    }),
  )
  for (const { days, frauds, genuine } of delays) {
    const column = columns[Math.floor(days / width)]
    if (column === undefined) continue
    column.value += frauds + genuine
    column.part += frauds
  }
  return columnChart({
    title: 'Days until the label was known, frauds in red',
    description: 'Training uses a label only from then on. One single column is a delay that was assumed.',
    columns,
    names: ['labels', 'of them fraud'],
  })
}

function missingPicture({ columns }: QualityReport): string {
  const sorted = columns.toSorted((a, b) => b.missing - a.missing)
  const more = sorted.length > SHOWN_FIELDS ? ` The ${SHOWN_FIELDS} emptiest of ${sorted.length}.` : ''
  return shareBars(
    'Missing, by column',
    `Share of the rows in which a column says nothing.${more}`,
    sorted.slice(0, SHOWN_FIELDS).map(({ column, field, missing, filled }) => {
      const share = missing + filled === 0 ? 0 : missing / (missing + filled)
      return { name: column, note: field ?? 'not read', share, shown: share === 0 ? '0 %' : percent(share) }
    }),
  )
}

function separationPicture({ separation }: QualityReport): string {
  const sorted = separation.toSorted((a, b) => b.auc - a.auc)
  return shareBars(
    'Each column alone against the label',
    sorted.length === 0
      ? 'Not measured: there are fewer than 20 frauds or 20 genuine rows.'
      : 'ROC-AUC of the column by itself: .5 tells nothing, near 1 it knows the answer.',
    sorted.slice(0, SHOWN_FIELDS).map(({ column, field, auc }) => ({
      name: column,
      note: field ?? 'not read',
      share: Math.max(0, 2 * (auc - 0.5)),
      shown: auc.toFixed(3),
    })),
  )
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
