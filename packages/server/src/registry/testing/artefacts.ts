import { CATALOGUE } from '../../features/index.ts'
import { type Manifest, MODEL_FORMAT, type ModelArtefacts } from '../index.ts'

export const window = { fromMs: 0, toMs: 1, rows: 1000, frauds: 100 }

/** A figure with an interval of a tenth to each side. */
export const estimate = (value: number) => ({ value, low: 0.9 * value, high: 1.1 * value })

type Changes = Partial<Pick<Manifest, 'features' | 'leakage' | 'origin' | 'metrics'>> & {
  readonly seed?: number
  readonly test?: typeof window
}

/** A model for tests of the registry; its files are no models. */
export function artefacts({ seed = 1, test = window, ...changes }: Changes = {}): ModelArtefacts {
  const feature = CATALOGUE.find(({ name }) => name === 'trans_amount')
  return {
    manifest: {
      format: MODEL_FORMAT,
      columns: ['trans_amount'],
      catalogueVersion: 'c',
      features: [{ name: 'trans_amount', version: feature?.version ?? 1 }],
      engine: { library: 'xgboost', version: '1.7.4', params: { max_depth: 5 }, rounds: 1, seed },
      site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
      data: { sha256: '0'.repeat(64), sourceType: 'history', ...window },
      windows: {
        ...{ labelsKnownAtMs: 1, maturityDays: 7 },
        ...{ train: window, validation: window, calibration: window, test },
      },
      calibration: { kind: 'platt', slope: 1, intercept: 0 },
      threshold: { probability: 0.5, chosenBy: 'test' },
      metrics: { average_precision: estimate(0.5), expected_calibration_error: estimate(0.001) },
      oracle: null,
      importance: [{ column: 'trans_amount', gain: 1, meanAbsShap: 0.1 }],
      leakage: [],
      prescore: null,
      metadata: {
        source_data_id: 'sha256:0',
        extraction_timestamp: '1970-01-01T00:00:00.001Z',
        source_type: 'history',
        user_id: 'transaction.account.id',
        session_id: 'deviceThumbprint',
        model_version: '',
        ...{ precision: 0.5, recall: 0.5, f1_score: 0.5 },
        features: [{ feature_name: 'trans_amount', importance_score: 0.1 }],
      },
      ...changes,
    },
    onnx: Uint8Array.of(1, 2, 3),
    trees: new TextEncoder().encode('{"trees":1}'),
    prescore: null,
    reportHtml: '<!doctype html>',
  }
}
