import type { Manifest, ModelRegistry, Promotion } from '../../registry/index.ts'
import type { ModelUse } from '../../store/index.ts'
import { type LineageNode, timeText } from './tree.ts'

export interface ModelLineageOptions {
  /** The moment that is looked at: who was champion then, and before. */
  readonly atMs?: number
  /** What it decided in a data folder; left out where none is looked at. */
  readonly use?: ModelUse
}

/** A model version and all it came from: data, windows, engine, pre-score network, promotions. */
export function modelLineage(
  registry: ModelRegistry,
  manifest: Manifest,
  { atMs, use }: ModelLineageOptions = {},
): LineageNode {
  const { version, data, windows, engine } = manifest
  const log = registry.promotions()
  return {
    what: `model ${version}`,
    facts: {
      format: manifest.format,
      'onnx sha256': manifest.files['model.onnx'] ?? null,
      'average precision': manifest.metrics['average_precision']?.value ?? null,
      threshold: manifest.threshold.probability,
      calibration: manifest.calibration.kind,
      ...(use && {
        decisions: use.decisions,
        'first decision': timeText(use.firstAtMs),
        'last decision': timeText(use.lastAtMs),
      }),
    },
    from: [
      {
        what: 'data',
        facts: {
          'source type': data.sourceType,
          sha256: data.sha256,
          orders: data.rows,
          frauds: data.frauds,
          from: timeText(data.fromMs),
          to: timeText(data.toMs),
        },
        from: [],
      },
      {
        what: 'windows',
        facts: {
          'labels known at': timeText(windows.labelsKnownAtMs),
          'maturity, days': windows.maturityDays,
          ...Object.fromEntries(
            (['train', 'validation', 'calibration', 'test'] as const).map(name => [
              name,
              windowText(windows[name]),
            ]),
          ),
        },
        from: [],
      },
      {
        what: 'features',
        facts: {
          catalogue: manifest.catalogueVersion,
          columns: manifest.columns.length,
          versions: manifest.features.map(feature => `${feature.name}@${feature.version}`).join(' '),
        },
        from: [],
      },
      {
        what: `engine ${engine.library} ${engine.version}`,
        facts: { seed: engine.seed, trees: engine.rounds, ...engine.params },
        from: [],
      },
      ...originNodes(manifest),
      ...(manifest.prescore
        ? [{ what: `pre-score network ${manifest.prescore.id}`, facts: {}, from: [] }]
        : []),
      ...promotionNodes(log, version),
      ...(atMs === undefined ? [] : beforeNodes(log, version, atMs)),
    ],
  }
}

function windowText({ rows, frauds, fromMs, toMs }: Manifest['windows']['test']): string {
  return rows === 0 ? 'unknown' : `${rows} orders, ${frauds} frauds, ${timeText(fromMs)} to ${timeText(toMs)}`
}

function originNodes({ origin }: Manifest): LineageNode[] {
  if (!origin) return []
  const { format, sha256, producer, renamed } = origin
  return [{ what: `imported ${format} of ${producer}`, facts: { sha256, ...renamed }, from: [] }]
}

function promotionNodes(log: readonly Promotion[], version: string): LineageNode[] {
  return log
    .filter(entry => entry.version === version)
    .map(({ action, alias, atMs, by, before, overruled }) => ({
      what: `${action} to ${alias}`,
      facts: {
        at: timeText(atMs),
        by,
        before,
        ...(overruled && { 'overruled gates': overruled.gates.join('; '), because: overruled.reason }),
      },
      from: [],
    }))
}

/** The champion that this one followed, as the log had it at a moment. */
function beforeNodes(log: readonly Promotion[], version: string, atMs: number): LineageNode[] {
  const last = log.findLast(
    entry => entry.alias === 'champion' && entry.version === version && entry.atMs <= atMs,
  )
  return last?.before ? [{ what: `champion before: model ${last.before}`, facts: {}, from: [] }] : []
}
