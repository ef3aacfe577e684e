import { DECISIONS, type Outcome } from '../policy/index.ts'
import type { Manifest } from '../registry/index.ts'
import type { Assessment } from './assess.ts'
import { PSI_SOME } from './drift.ts'
import { evaluationTable } from './evaluation.ts'

const SHOWN_FEATURES = 8
const SHOWN_DRIFTS = 5

/** All that was measured, as text; the report has the same with pictures. */
export function assessmentText(
  assessment: Assessment,
  manifest: Omit<Manifest, 'version' | 'files'>,
): string {
  return [
    evaluationTable(assessment.evaluation, assessment.threshold),
    policyText(assessment),
    ...importanceText(manifest),
    ...prescoreText(manifest),
    ...driftText(assessment),
    ...weekText(assessment),
    ...attackText(assessment),
    ...leakageText(manifest),
  ].join('\n')
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`
const cells = (values: readonly string[], widths: readonly number[]) =>
  `  ${values.map((value, at) => (at === 0 ? value.padEnd(widths[at] ?? 0) : value.padStart(widths[at] ?? 0))).join('')}`

function policyText({ policies, policy }: Assessment): string {
  const { fitted, reviewCapacity, costs } = policy
  const widths = [30, 11, 11, 11, 11, 12, 24]
  const money = (minor: number) => (minor / 100).toFixed(2)
  const rows = policies.map(({ name, outcomes, profit, gain }) =>
    cells(
      [
        name,
        ...DECISIONS.map((outcome: Outcome) => percent(outcomes[outcome] ?? 0)),
        money(profit.value),
        gain.value === 0 ? '' : `${money(gain.value)} (${money(gain.low)} to ${money(gain.high)})`,
      ],
      widths,
    ),
  )
  const head = ['policy', ...DECISIONS, `${costs.currency}/order`, 'more than all allowed']
  return [
    ...(fitted && reviewCapacity !== null
      ? [
          `review capacity ${percent(reviewCapacity)} of ${fitted.orders} orders: ${fitted.reviews} reviews of ${fitted.wanted} that costs alone want, ` +
            (costs.reviewShadowPriceMinor === undefined
              ? 'no price on a review'
              : `price of a review ${money(costs.reviewShadowPriceMinor)} ${costs.currency}`),
        ]
      : []),
    cells(head, widths),
    ...rows,
  ].join('\n')
}

function importanceText({ featureImportance }: Pick<Manifest, 'featureImportance'>): string[] {
  if (!featureImportance) return []
  const widths = [40, 12, 10, 22]
  return [
    cells(['most important features', 'mean |SHAP|', 'gain', 'AP lost shuffled'], widths),
    ...featureImportance
      .slice(0, SHOWN_FEATURES)
      .map(({ feature, meanAbsShap, gain, lost, spread }) =>
        cells(
          [feature, meanAbsShap.toFixed(3), percent(gain), `${lost.toFixed(4)} ± ${spread.toFixed(4)}`],
          widths,
        ),
      ),
  ]
}

function prescoreText({ prescore }: Pick<Manifest, 'prescore'>): string[] {
  if (!prescore) return []
  const text = ({ value, low, high }: { value: number; low: number; high: number }) =>
    `${value.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`
  return [
    `pre-score alone: AP ${text(prescore.averagePrecision)}`,
    ...(prescore.gain
      ? [
          `  the trees gain ${text(prescore.gain.difference)} AP from it: ${prescore.gain.withIt.value.toFixed(4)} with, ${prescore.gain.withoutIt.value.toFixed(4)} without`,
        ]
      : []),
  ]
}

function driftText({ drift }: Assessment): string[] {
  if (!drift) return []
  const moved = drift.features.filter(({ psi }) => psi >= PSI_SOME)
  const worst = drift.features
    .slice(0, SHOWN_DRIFTS)
    .map(({ feature, psi }) => `${feature} ${psi.toFixed(3)}`)
  return [
    `drift since training: score PSI ${drift.score.psi.toFixed(3)}; ${moved.length} of ${drift.features.length} features above ${PSI_SOME}; most: ${worst.join(', ')}`,
  ]
}

function weekText({ weeks }: Assessment): string[] {
  const widths = [14, 9, 9, 9, 12, 11, 10]
  const figure = (value: number | null | undefined) =>
    value === null || value === undefined ? '' : value.toFixed(4)
  return [
    cells(['week from', 'orders', 'frauds', 'AP', 'of oracle', 'alerts', 'recall'], widths),
    ...weeks.map(week =>
      cells(
        [
          new Date(week.fromMs).toISOString().slice(0, 10),
          String(week.rows),
          String(week.frauds),
          figure(week.averagePrecision?.value),
          figure(
            week.averagePrecision && week.attainable ? week.averagePrecision.value / week.attainable : null,
          ),
          percent(week.alertRate),
          week.frauds > 0 ? figure(week.recall) : '',
        ],
        widths,
      ),
    ),
  ]
}

function attackText({ attacks, policy }: Assessment): string[] {
  if (!attacks) return []
  const widths = [22, 9, 9, 10, 14, 16, 16]
  const money = (minor: number | null) => (minor === null ? '' : (minor / 100).toFixed(0))
  const { currency } = policy.costs
  return [
    cells(
      ['kind', 'orders', 'frauds', 'recall', 'at capacity', `missed, ${currency}`, 'oracle misses'],
      widths,
    ),
    ...attacks.map(kind =>
      cells(
        [
          kind.attack,
          String(kind.orders),
          String(kind.frauds),
          kind.recall.toFixed(3),
          kind.recallAtCapacity.toFixed(3),
          money(kind.missedMinor),
          money(kind.oracleMissedMinor),
        ],
        widths,
      ),
    ),
  ]
}

function leakageText({ leakage }: Pick<Manifest, 'leakage'>): string[] {
  return leakage.length > 0
    ? [`LEAKAGE ALARM: ${leakage.join(', ')} alone rank nearly as well as the model`]
    : []
}
