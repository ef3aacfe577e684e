import type { Manifest } from '../../registry/index.ts'
import type { Assessment } from '../assess.ts'
import { PSI_MUCH, PSI_SOME } from '../drift.ts'
import { barCell, type Cell, paragraph, plots, type Section, table } from './parts.ts'
import { plotFigure, type Series } from './plot.ts'
import { percent, percentTick } from './text.ts'

const SHOWN = 25

/** What the model goes by; null for a model that tells nothing of it. */
export function importanceSection({
  featureImportance,
  importance,
}: Pick<Manifest, 'featureImportance' | 'importance'>): Section | null {
  if (!featureImportance) return importance.length > 0 ? columnSection(importance) : null
  const shown = featureImportance.slice(0, SHOWN)
  const most = (of: (feature: (typeof shown)[number]) => number) => Math.max(...shown.map(of), 1e-9)
  const shap = most(({ meanAbsShap }) => meanAbsShap)
  const gain = most(feature => feature.gain)
  const lost = most(feature => feature.lost)
  const rows = shown.map((feature): Cell[] => [
    feature.feature,
    barCell(feature.meanAbsShap.toFixed(3), feature.meanAbsShap / shap, 'main'),
    barCell(percent(feature.gain), feature.gain / gain, 'third'),
    barCell(`${feature.lost.toFixed(4)} ± ${feature.spread.toFixed(4)}`, feature.lost / lost, 'other'),
  ])
  return {
    id: 'importance',
    title: 'Importance',
    body: [
      paragraph(
        `The ${shown.length} most important of ${featureImportance.length} features in use, all columns of a category together. Mean |SHAP| is how far a feature moves the log-odds of an order; gain is its share of what the splits improved in training; AP lost is what the average precision falls by when its values are shuffled among orders (five times; mean and standard deviation). A feature that others can stand in for loses little when it is shuffled.`,
      ),
      table(
        'Importance by feature',
        [{ head: 'feature' }, { head: 'mean |SHAP|' }, { head: 'gain' }, { head: 'AP lost when shuffled' }],
        rows,
      ),
    ].join('\n'),
  }
}

/** Of models made before features were measured as a whole. */
function columnSection(importance: Manifest['importance']): Section {
  const shown = importance.slice(0, SHOWN)
  const shap = Math.max(...shown.map(({ meanAbsShap }) => meanAbsShap), 1e-9)
  const gain = Math.max(...shown.map(column => column.gain), 1e-9)
  const rows = shown.map((column): Cell[] => [
    column.column,
    barCell(column.meanAbsShap.toFixed(3), column.meanAbsShap / shap, 'main'),
    barCell(percent(column.gain), column.gain / gain, 'third'),
  ])
  const columns = [{ head: 'column' }, { head: 'mean |SHAP|' }, { head: 'gain' }]
  return { id: 'importance', title: 'Importance', body: table('Importance by column', columns, rows) }
}

const SHOWN_DRIFTS = 15

/** How far the judged orders are from those that the model was made on. */
export function driftSection({ drift }: Assessment): Section | null {
  if (!drift) return null
  const much = drift.features.filter(({ psi }) => psi >= PSI_MUCH).length
  const some = drift.features.filter(({ psi }) => psi >= PSI_SOME).length - much
  const shown = drift.features.slice(0, SHOWN_DRIFTS)
  const most = Math.max(PSI_MUCH, ...shown.map(({ psi }) => psi))
  const rows = shown.map(({ feature, psi, missingBefore, missingAfter }): Cell[] => [
    feature,
    barCell(psi.toFixed(3), psi / most, psi >= PSI_MUCH ? 'bad' : psi >= PSI_SOME ? 'other' : 'main'),
    percent(missingBefore),
    percent(missingAfter),
    psi >= PSI_MUCH ? 'much' : psi >= PSI_SOME ? 'some' : 'little',
  ])
  return {
    id: 'drift',
    title: 'Drift since training',
    body: [
      paragraph(
        `Population stability index (PSI) of each feature between the orders that the trees were fitted on and those judged here, over tenths of the former, missing values being a bin of their own. From ${PSI_SOME} on a feature moved somewhat, from ${PSI_MUCH} on much: ${some} and ${much} of ${drift.features.length} did. Counts over long windows move by themselves where the history at hand grows.`,
      ),
      table(
        'Drift by feature',
        [
          { head: 'feature' },
          { head: 'PSI' },
          { head: 'missing in training', isNumber: true },
          { head: 'missing here', isNumber: true },
          { head: 'moved' },
        ],
        rows,
      ),
      plots([scorePlot(drift)]),
    ].join('\n'),
  }
}

/** The score's own bins, before and after. */
function scorePlot({ score }: NonNullable<Assessment['drift']>): string {
  const { before, after } = score
  const step = (name: string, shares: readonly number[], tone: Series['tone'], dashed: boolean): Series => ({
    ...{ name, kind: 'line', tone, dashed },
    points: shares.flatMap((share, bin) => [
      { x: bin, y: share, note: `${name}, bin ${bin + 1}: ${percent(share)}` },
      { x: bin + 1, y: share },
    ]),
  })
  const highest = Math.max(...before.shares, ...after.shares)
  return plotFigure({
    title: `Score, PSI ${score.psi.toFixed(3)}`,
    caption:
      'Share of orders in each tenth of the log-odds of the calibration slice, the riskiest to the right.',
    x: { label: 'tenth of the score', domain: [0, before.shares.length], format: value => value.toFixed(0) },
    y: { label: 'share of orders', domain: [0, highest * 1.15], format: percentTick },
    series: [
      step('calibration slice', before.shares, 'muted', true),
      step('judged here', after.shares, 'main', false),
    ],
  })
}
