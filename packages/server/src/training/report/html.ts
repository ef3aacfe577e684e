import type { CostPolicy } from '../../policy/index.ts'
import type { Manifest } from '../../registry/index.ts'
import { type Evaluation, evaluationTable, type Judged } from '../evaluation.ts'
import { CALIBRATION_BINS, curve, rank, realisedProfitMinor, reliability } from '../metrics/index.ts'
import { barsSvg, escapeXml, plotSvg } from './svg.ts'

export interface ReportInput {
  readonly title: string
  readonly judged: Judged
  readonly evaluation: Evaluation
  readonly threshold: number
  readonly policy: CostPolicy
  readonly manifest: Pick<Manifest, 'importance' | 'leakage' | 'windows' | 'data' | 'engine' | 'prescore'>
}

const SHOWN_COLUMNS = 25

/** The evaluation as one HTML page that needs nothing else: no script, no style sheet, no picture. */
export function reportHtml(input: ReportInput): string {
  const { title, judged, evaluation, threshold, manifest } = input
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1120px; margin: 2rem auto; padding: 0 1rem; color: #1d2b33; }
pre { overflow-x: auto; background: #f3f6f7; padding: 1rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 1rem; }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: #44555e; }
svg .title { font-size: 13px; font-weight: 600; fill: #1d2b33; }
svg .grid { stroke: #dde5e8; }
</style>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(summary(manifest))}</p>
${manifest.leakage.length > 0 ? `<p role="alert"><strong>Leakage alarm:</strong> ${escapeXml(manifest.leakage.join(', '))} alone rank nearly as well as the model.</p>` : ''}
<pre>${escapeXml(evaluationTable(evaluation, threshold))}</pre>
<div class="plots">
${[...rankingPlots(judged), calibrationPlot(judged), profitPlot(input)].join('\n')}
${barsSvg(
  'Mean |SHAP|, log-odds',
  manifest.importance
    .slice(0, SHOWN_COLUMNS)
    .map(({ column, meanAbsShap }) => [column, meanAbsShap] as const),
)}
${barsSvg(
  'Share of gain',
  manifest.importance.slice(0, SHOWN_COLUMNS).map(({ column, gain }) => [column, gain] as const),
)}
</div>
</html>
`
}

function summary({ data, windows, engine, prescore }: ReportInput['manifest']): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  const slice = (name: 'train' | 'validation' | 'calibration' | 'test') => {
    const { fromMs, toMs, rows, frauds } = windows[name]
    return `${name} ${day(fromMs)} to ${day(toMs)} (${rows} orders, ${frauds} frauds)`
  }
  return [
    `${data.rows} orders from ${day(data.fromMs)} to ${day(data.toMs)} (${data.sourceType}).`,
    `Slices: ${(['train', 'validation', 'calibration', 'test'] as const).map(slice).join(', ')}.`,
    `Labels known by ${day(windows.labelsKnownAtMs)}, at an age of ${windows.maturityDays} days.`,
    `XGBoost ${engine.version}, ${engine.rounds} trees.`,
    ...(prescore ? [`Pre-score alone: AP ${prescore.averagePrecision.value.toFixed(4)}.`] : []),
  ].join(' ')
}

function rankingPlots({ margins, labels, oracle }: Judged): string[] {
  const model = curve(rank({ scores: margins, labels }))
  const limit = oracle && curve(rank({ scores: oracle, labels }))
  const unit = { xRange: [0, 1], yRange: [0, 1] } as const
  return [
    plotSvg({
      title: 'Precision and recall',
      ...{ xLabel: 'recall', yLabel: 'precision', ...unit },
      series: [
        { name: 'model', kind: 'line', points: model.map(({ recall, precision }) => [recall, precision]) },
        ...(limit
          ? [
              {
                name: 'attainable (oracle)',
                kind: 'line' as const,
                dashed: true,
                points: limit.map(({ recall, precision }) => [recall, precision] as const),
              },
            ]
          : []),
      ],
    }),
    plotSvg({
      title: 'ROC',
      ...{ xLabel: 'share of genuine orders called fraud', yLabel: 'recall', ...unit },
      series: [
        {
          name: 'model',
          kind: 'line',
          points: model.map(({ falsePositiveRate, recall }) => [falsePositiveRate, recall]),
        },
        {
          name: 'chance',
          kind: 'line',
          dashed: true,
          points: [
            [0, 0],
            [1, 1],
          ],
        },
      ],
    }),
  ]
}

/** On logarithmic axes: most orders have probabilities far below one percent. */
function calibrationPlot({ probabilities, labels }: Judged): string {
  const log = (value: number) => Math.log10(Math.max(value, 1e-5))
  const bins = reliability(rank({ scores: probabilities, labels }), CALIBRATION_BINS)
  return plotSvg({
    title: 'Calibration (groups of equally many orders)',
    ...{ xLabel: 'mean probability, log10', yLabel: 'share of frauds, log10' },
    ...{ xRange: [-5, 0], yRange: [-5, 0] },
    series: [
      {
        name: 'groups',
        kind: 'dots',
        points: bins.map(({ meanProbability, fraudRate }) => [log(meanProbability), log(fraudRate)]),
      },
      {
        name: 'perfect',
        kind: 'line',
        dashed: true,
        points: [
          [-5, -5],
          [0, 0],
        ],
      },
    ],
  })
}

/** Profit an order when everything from a threshold upward is denied, beside the policy's own choice. */
function profitPlot({ judged, evaluation, policy }: ReportInput): string {
  const { probabilities, labels, amountsMinor } = judged
  const { order } = rank({ scores: probabilities, labels })
  const rows = order.length
  const worth = (row: number, outcome: 'allow' | 'deny') =>
    realisedProfitMinor(outcome, labels[row] === 1, amountsMinor[row] as number, policy)
  let total = 0
  for (let row = 0; row < rows; row++) total += worth(row, 'allow')
  const points: (readonly [number, number])[] = [[0, total / rows]]
  for (const [denied, row] of order.entries()) {
    total += worth(row, 'deny') - worth(row, 'allow')
    const share = (100 * (denied + 1)) / rows
    if (share > 5) break
    points.push([share, total / rows])
  }
  const chosen = evaluation.figures.net_profit_per_order_minor.value
  return plotSvg({
    title: 'Profit an order, minor units',
    ...{ xLabel: 'riskiest share denied, %', yLabel: 'profit an order' },
    series: [
      { name: 'deny from a threshold', kind: 'line', points },
      {
        name: 'cost policy',
        kind: 'line',
        dashed: true,
        points: [
          [0, chosen],
          [points.at(-1)?.[0] ?? 1, chosen],
        ],
      },
    ],
  })
}
