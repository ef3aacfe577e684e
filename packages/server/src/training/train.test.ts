import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../policy/index.ts'
import type { HistoryRecord } from '../records/record.ts'
import { loadEngineModel, openRegistry } from '../registry/index.ts'
import { simulateHistory } from '../simulator/index.ts'
import { evaluateModel } from './evaluate-model.ts'
import { DEFAULT_FIT } from './fit.ts'
import { fitPreScore } from './prescore/index.ts'
import type { RecordSource } from './source.ts'
import { type TrainedModel, trainModel } from './train.ts'

const site = { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' }
const offline = {
  policy: DEFAULT_POLICY,
  lookupIp: () => ({ country: null, asn: null, hosting: null }),
  toSiteMinor: (amountMinor: number) => amountMinor,
}

let source: RecordSource
let trained: TrainedModel
const train = () =>
  trainModel(source, {
    ...offline,
    fitPreScore: (training, validation, options) =>
      fitPreScore(training, validation, { ...options, epochs: 2 }),
    fit: { ...DEFAULT_FIT, seed: 7, maxDepth: 3, maxRounds: 40, patience: 10, maxBins: [64] },
    split: { testShare: 0.25, validationShare: 0.2, calibrationShare: 0.2, maturityDays: 5 },
  })

beforeAll(async () => {
  const records: HistoryRecord[] = [
    ...simulateHistory({ events: 22_000, seed: 11, days: 150, startMs: Date.UTC(2026, 0, 1) }),
  ]
  source = {
    ...{ type: 'simulation', rows: records.length, mayHaveSessions: true, site },
    records: async function* () {
      yield* records
    },
  }
  trained = await train()
}, 120_000)

describe('a model trained on a small simulated history', () => {
  it('ranks later orders far better than chance', () => {
    const { figures, frauds, rows } = trained.assessment.evaluation
    expect(figures.average_precision.low).toBeGreaterThan((5 * frauds) / rows)
    expect(figures.roc_auc.value).toBeGreaterThan(0.75)
  })

  it('learns from nothing later than the moment of training, and is judged on later orders only', () => {
    const { windows } = trained.artefacts.manifest
    expect(windows.train.toMs).toBeLessThan(windows.validation.fromMs)
    expect(windows.validation.toMs).toBeLessThan(windows.calibration.fromMs)
    expect(windows.calibration.toMs).toBeLessThan(windows.labelsKnownAtMs)
    expect(windows.test.fromMs).toBeGreaterThanOrEqual(windows.labelsKnownAtMs)
  })

  it('is the same to the byte when it is trained again', async () => {
    const again = await train()
    expect(again.artefacts).toEqual(trained.artefacts)
  }, 120_000)

  it('comes with a report that loads nothing from elsewhere', () => {
    const { reportHtml = '' } = trained.artefacts
    expect(reportHtml).toMatch(/<svg[\s\S]*Precision and recall/)
    expect(reportHtml).not.toMatch(/src=|href="(?!#)|@import|url\(|<script/)
  })
})

describe('a stored model', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it('scores and explains, explanation and bias adding up to the score', async () => {
    const registry = openRegistry(directory)
    const model = await loadEngineModel(registry.load(registry.add(trained.artefacts)))
    const row = new Float32Array(model.scorer.columns.length).fill(Number.NaN)
    const { margin, probability } = await model.scorer.score(row)
    expect(probability).toBeGreaterThan(0)
    expect(probability).toBeLessThan(1)
    const contributions = await model.scorer.explain(row)
    expect(contributions).toHaveLength(model.scorer.columns.length)
    expect(contributions.some(value => value !== 0)).toBe(true)
    expect(Number.isFinite(margin)).toBe(true)
    await model.close()
  })

  it('is refused by a build that defines a feature anew', async () => {
    const registry = openRegistry(directory)
    const stored = registry.load(registry.add(trained.artefacts))
    const features = stored.manifest.features.map(feature => ({ ...feature, version: feature.version + 1 }))
    await expect(loadEngineModel({ ...stored, manifest: { ...stored.manifest, features } })).rejects.toThrow(
      /needs features that this build does not compute/,
    )
  })

  it('is measured on another history through the same features', async () => {
    const registry = openRegistry(directory)
    const stored = registry.load(registry.add(trained.artefacts))
    const { labelsKnownAtMs } = stored.manifest.windows
    const { evaluation } = await evaluateModel(stored, source, { ...offline, fromMs: labelsKnownAtMs })
    expect(evaluation.rows).toBe(trained.assessment.evaluation.rows)
    const difference =
      evaluation.figures.average_precision.value -
      trained.assessment.evaluation.figures.average_precision.value
    expect(Math.abs(difference)).toBeLessThan(1e-9)
  })
})
