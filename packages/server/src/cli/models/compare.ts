import type { Estimate, Manifest, ModelRegistry } from '../../registry/index.ts'
import { figure, windowText } from './page.ts'

const WIDTH = 34

/** Two versions side by side: what they were measured on, how well they did, and in what they differ. */
export function comparison(registry: ModelRegistry, a: Manifest, b: Manifest): string {
  return [
    line('', a.version, b.version),
    line('data', a.data.sha256.slice(0, 16), b.data.sha256.slice(0, 16)),
    line('test orders', String(a.windows.test.rows), String(b.windows.test.rows)),
    line('test frauds', String(a.windows.test.frauds), String(b.windows.test.frauds)),
    line('trees', String(a.engine.rounds), String(b.engine.rounds)),
    line('columns', String(a.columns.length), String(b.columns.length)),
    line('threshold', figure(a.threshold.probability), figure(b.threshold.probability)),
    line('calibration', a.calibration.kind, b.calibration.kind),
    '',
    isSameTest(a, b)
      ? `Both tested on ${windowText(a.windows.test)}`
      : 'Tested on different orders: these figures do not tell which is better',
    ...metricLines(a.metrics, b.metrics),
    ...commonEvaluations(registry, a, b),
    ...differences('Parameters', a.engine.params, b.engine.params),
    ...columnDifferences(a, b),
  ].join('\n')
}

function isSameTest(a: Manifest, b: Manifest): boolean {
  const { fromMs, toMs, rows } = a.windows.test
  const other = b.windows.test
  return (
    a.data.sha256 === b.data.sha256 && fromMs === other.fromMs && toMs === other.toMs && rows === other.rows
  )
}

function commonEvaluations(registry: ModelRegistry, a: Manifest, b: Manifest): string[] {
  const others = registry.evaluations(b.version)
  return registry.evaluations(a.version).flatMap(({ dataSha256, window, metrics }) => {
    const other = others.find(
      later =>
        later.dataSha256 === dataSha256 &&
        later.window.fromMs === window.fromMs &&
        later.window.rows === window.rows,
    )
    return other
      ? [
          '',
          `Both measured later on ${windowText(window)} of data ${dataSha256.slice(0, 16)}`,
          ...metricLines(metrics, other.metrics),
        ]
      : []
  })
}

function metricLines(a: Readonly<Record<string, Estimate>>, b: Readonly<Record<string, Estimate>>): string[] {
  const text = (estimate: Estimate | undefined) =>
    estimate ? `${figure(estimate.value)} (${figure(estimate.low)} to ${figure(estimate.high)})` : ''
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map(name =>
    line(name, text(a[name]), text(b[name])),
  )
}

function differences(
  title: string,
  a: Readonly<Record<string, string | number>>,
  b: Readonly<Record<string, string | number>>,
): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(name => a[name] !== b[name])
  if (names.length === 0) return []
  return ['', title, ...names.map(name => line(name, String(a[name] ?? ''), String(b[name] ?? '')))]
}

function columnDifferences(a: Manifest, b: Manifest): string[] {
  const only = (one: Manifest, other: Manifest) => {
    const known = new Set(other.columns)
    return one.columns.filter(column => !known.has(column))
  }
  return [[a, b, 'first'] as const, [b, a, 'second'] as const].flatMap(([one, other, which]) => {
    const columns = only(one, other)
    return columns.length > 0 ? ['', `Columns of the ${which} alone: ${columns.join(', ')}`] : []
  })
}

function line(name: string, a: string, b: string): string {
  return `  ${name.padEnd(WIDTH)}${a.padEnd(WIDTH)}${b}`.trimEnd()
}
