import type { Estimate, Manifest, ModelRegistry, Promotion } from '../../registry/index.ts'

const IMPORTANT_COLUMNS = 15

/** All that is known of a version, as text. */
export function modelPage(registry: ModelRegistry, manifest: Manifest): string {
  const { version, data, windows, engine, threshold, metadata } = manifest
  const aliases = registry.list().find(known => known.version === version)?.aliases ?? []
  const log = registry.promotions().filter(entry => entry.version === version)
  return [
    `model ${version}${aliases.length > 0 ? ` (${aliases.join(', ')})` : ''}`,
    '',
    'Data',
    ...rows([
      ['source', data.sourceType],
      ['sha256', data.sha256],
      ['orders', `${data.rows}, ${data.frauds} frauds, ${span(data)}`],
      ['shop', `${manifest.site.country}, ${manifest.site.currency}, ${manifest.site.timeZone}`],
    ]),
    '',
    'Windows',
    ...rows([
      ['training', windowText(windows.train)],
      ['validation', windowText(windows.validation)],
      ['calibration', windowText(windows.calibration)],
      ['test', windowText(windows.test)],
      ['labels known at', `${minute(windows.labelsKnownAtMs)}, maturity ${windows.maturityDays} days`],
    ]),
    '',
    'Model',
    ...rows([
      ...originRows(manifest),
      ['engine', `${engine.library} ${engine.version}, ${engine.rounds} trees, seed ${engine.seed}`],
      [
        'parameters',
        Object.entries(engine.params)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ') || 'unknown',
      ],
      [
        'columns',
        `${manifest.columns.length} from ${manifest.features.length} features, catalogue ${manifest.catalogueVersion}`,
      ],
      ['calibration', manifest.calibration.kind],
      ['threshold', `${threshold.probability.toPrecision(4)}, ${threshold.chosenBy}`],
      ['parity', parityText(manifest)],
      ['reasons', manifest.reasons?.method ?? 'exact TreeSHAP'],
      ['pre-score', manifest.prescore?.id ?? 'none'],
      ['leakage alarm', manifest.leakage.join(', ') || 'none'],
    ]),
    '',
    'Metrics on the test window, with 95 % interval',
    ...metricRows(manifest.metrics),
    ...evaluationRows(registry, version),
    '',
    `Importance (the first ${Math.min(IMPORTANT_COLUMNS, manifest.importance.length)} of ${manifest.importance.length})`,
    ...manifest.importance
      .slice(0, IMPORTANT_COLUMNS)
      .map(
        ({ column, gain, meanAbsShap }) =>
          `  ${column.padEnd(44)} gain ${(100 * gain).toFixed(2).padStart(6)} %   mean |contribution| ${meanAbsShap.toFixed(4)}`,
      ),
    '',
    'Metadata',
    ...rows(
      Object.entries(metadata).flatMap(([name, value]): Row[] =>
        typeof value === 'object' ? [] : [[name, String(value)]],
      ),
    ),
    ...(log.length > 0 ? ['', 'Promotions', ...log.map(entry => `  ${promotionLine(entry)}`)] : []),
  ].join('\n')
}

type Row = readonly [name: string, value: string]

function rows(list: readonly Row[]): string[] {
  return list.map(([name, value]) => `  ${name.padEnd(22)}${value}`)
}

function originRows({ origin }: Manifest): Row[] {
  if (origin === undefined) return []
  const renamed = Object.entries(origin.renamed).map(([theirs, ours]) => `${theirs} is ${ours}`)
  return [
    ['imported from', `${origin.format} of ${origin.producer}, sha256 ${origin.sha256}`],
    ...(renamed.length > 0 ? [['renamed', renamed.join(', ')] as const] : []),
  ]
}

function parityText({ parity, origin }: Manifest): string {
  if (parity === undefined) return origin ? 'not compared' : 'held by the export'
  const figures = [
    ...(parity.margin === null ? [] : [`log-odds ${parity.margin.toExponential(1)}`]),
    `probability ${parity.probability.toExponential(1)}`,
    ...(parity.contributions === null ? [] : [`reasons ${parity.contributions.toExponential(1)}`]),
  ]
  return `${figures.join(', ')} against ${parity.against} on ${parity.rows} rows`
}

function evaluationRows(registry: ModelRegistry, version: string): string[] {
  return registry
    .evaluations(version)
    .flatMap(({ window, dataSha256, metrics }) => [
      '',
      `Measured later on ${windowText(window)} of data ${dataSha256.slice(0, 16)}`,
      ...metricRows(metrics),
    ])
}

function metricRows(metrics: Readonly<Record<string, Estimate>>): string[] {
  return Object.entries(metrics).map(
    ([name, { value, low, high }]) =>
      `  ${name.padEnd(32)}${figure(value).padStart(10)}   ${figure(low)} to ${figure(high)}`,
  )
}

/** A line of the log. */
export function promotionLine({ atMs, by, action, alias, version, before, overruled }: Promotion): string {
  const what = action === 'promote' ? `made ${version} the ${alias}` : `rolled ${alias} back to ${version}`
  const after = before === null ? '' : `, before it ${before}`
  const over = overruled ? `; overruled ${overruled.gates.join('; ')} because ${overruled.reason}` : ''
  return `${minute(atMs)}  ${by} ${what}${after}${over}`
}

/** A slice of the data in words. */
export function windowText(window: Manifest['windows']['test']): string {
  return window.rows === 0 ? 'unknown' : `${window.rows} orders, ${window.frauds} frauds, ${span(window)}`
}

function span({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string {
  return `${day(fromMs)} to ${day(toMs)}`
}

/** A figure with four digits that mean something. */
export function figure(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toPrecision(4)
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16)}Z`
