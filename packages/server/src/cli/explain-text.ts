import type { Manifest } from '../registry/index.ts'
import type { FoundOrder, OrderExplanation } from '../training/explain.ts'

const SHOWN = 15

/** An explained order as text. */
export function explanationText(explained: OrderExplanation, title: readonly string[]): string {
  const { margin, probability, bias, remainder, contributions, reasons, method } = explained
  const moving = contributions.filter(({ contribution }) => contribution !== 0)
  const others = moving.slice(SHOWN)
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`
  const line = (name: string, value: string, contribution: number) =>
    `  ${name.padEnd(38)}${value.padStart(16)}${signed(contribution).padStart(11)}`
  const rest = others.reduce((sum, { contribution }) => sum + contribution, 0)
  return [
    ...title,
    `model ${explained.model}`,
    `probability ${probability.toPrecision(4)}, log-odds ${margin.toFixed(4)}`,
    '',
    `  ${'feature'.padEnd(38)}${'value'.padStart(16)}${'log-odds'.padStart(11)}`,
    ...(bias === null ? [] : [line('mean of the training orders', '', bias)]),
    ...moving
      .slice(0, SHOWN)
      .map(({ feature, value, contribution }) => line(feature, valueText(value), contribution)),
    ...(others.length > 0 ? [line(`${others.length} others`, '', rest)] : []),
    method === 'shap' && remainder !== null
      ? `  sum ${(margin + remainder).toFixed(6)}, log-odds before calibration ${margin.toFixed(6)}: difference ${Math.abs(remainder).toExponential(1)}`
      : '  by ablation: the trees of an imported graph are unknown, so these do not add up to the score',
    '',
    'reasons, what raises the risk first',
    ...reasons
      .filter(({ contribution }) => contribution > 0)
      .flatMap(({ code, contribution, es, en, features }) => [
        `  ${signed(contribution)}  ${code}: ${features.slice(0, 3).join(', ')}`,
        `           es  ${es}`,
        `           en  ${en}`,
      ]),
  ].join('\n')
}

function valueText(value: string | number | boolean | null): string {
  if (value === null) return 'missing'
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : String(value)
}

/** What is told of an order of a history before its explanation. */
export function orderTitle({ orderId, row, receivedAtMs, amountMinor, fraud }: FoundOrder): string[] {
  const truth = fraud === null ? 'not known' : fraud ? 'fraud' : 'genuine'
  return [
    `order ${orderId}, number ${row} of the history, ${new Date(receivedAtMs).toISOString()}`,
    `amount ${(amountMinor / 100).toFixed(2)}, label ${truth}`,
  ]
}

/** What a model goes by, as text. */
export function importanceText({ version, featureImportance, importance, leakage }: Manifest): string {
  const alarm = leakage.length > 0 ? [`LEAKAGE ALARM: ${leakage.join(', ')}`] : []
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  if (!featureImportance)
    return [
      `model ${version}; importance by column, as it was not measured by feature`,
      `  ${'column'.padEnd(44)}${'mean |SHAP|'.padStart(12)}${'gain'.padStart(10)}`,
      ...importance.map(
        ({ column, meanAbsShap, gain }) =>
          `  ${column.padEnd(44)}${meanAbsShap.toFixed(4).padStart(12)}${percent(gain).padStart(10)}`,
      ),
      ...alarm,
    ].join('\n')
  return [
    `model ${version}`,
    `  ${'feature'.padEnd(38)}${'mean |SHAP|'.padStart(12)}${'gain'.padStart(10)}${'AP lost when shuffled'.padStart(24)}`,
    ...featureImportance.map(
      ({ feature, meanAbsShap, gain, lost, spread }) =>
        `  ${feature.padEnd(38)}${meanAbsShap.toFixed(4).padStart(12)}${percent(gain).padStart(10)}${`${lost.toFixed(4)} ± ${spread.toFixed(4)}`.padStart(24)}`,
    ),
    ...alarm,
  ].join('\n')
}
