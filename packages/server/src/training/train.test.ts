import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFAULT_POLICY } from '../policy/index.ts'
import type { HistoryRecord } from '../records/record.ts'
import { loadEngineModel, openRegistry } from '../registry/index.ts'
import { simulateHistory } from '../simulator/index.ts'
import { evaluateModel } from './evaluate-model.ts'
import { explainFeatures, findOrder } from './explain.ts'
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
    measurePreScoreGain: true,
    reviewCapacity: { share: 0.002 },
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

  it('tells what its features are worth in three ways, and what its orders looked like', () => {
    const { featureImportance = [], distributions, columns, prescore } = trained.artefacts.manifest
    expect(featureImportance.length).toBeGreaterThan(10)
    expect(featureImportance.reduce((sum, { gain }) => sum + gain, 0)).toBeCloseTo(1, 6)
    expect(Math.max(...featureImportance.map(({ lost }) => lost))).toBeGreaterThan(0.02)
    expect(distributions?.features.length).toBeGreaterThan(0)
    expect(distributions?.features.length).toBeLessThanOrEqual(columns.length)
    const { gain } = prescore ?? {}
    expect(gain?.withIt.value).toBe(trained.assessment.evaluation.figures.average_precision.value)
    expect(gain?.difference.value).toBeCloseTo((gain?.withIt.value ?? 0) - (gain?.withoutIt.value ?? 0), 12)
  })

  it('has a policy that fits the reviewers, and every week and attack of the test slice', () => {
    const { policy, policies, weeks, attacks, evaluation } = trained.assessment
    const { orders = 0, reviews = 0 } = policy.fitted ?? {}
    expect(reviews).toBeLessThanOrEqual(0.002 * orders)
    expect(policies.map(({ name }) => name)).toEqual([
      'cost policy',
      'without a limit on reviews',
      'all allowed',
    ])
    expect(weeks.reduce((sum, { rows }) => sum + rows, 0)).toBe(evaluation.rows)
    expect(attacks?.reduce((sum, { frauds }) => sum + frauds, 0)).toBe(evaluation.frauds)
  })

  it('comes with a report that loads nothing from elsewhere', () => {
    const { reportHtml = '' } = trained.artefacts
    for (const title of ['Precision and recall', 'ROC', 'Calibration', 'Profit by threshold', 'Importance'])
      expect(reportHtml).toContain(title)
    for (const id of ['drift', 'weeks', 'attacks', 'prescore', 'data'])
      expect(reportHtml).toContain(`<section id="${id}"`)
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
    const { evaluation, drift } = await evaluateModel(stored, source, { ...offline, fromMs: labelsKnownAtMs })
    expect(evaluation.rows).toBe(trained.assessment.evaluation.rows)
    const difference =
      evaluation.figures.average_precision.value -
      trained.assessment.evaluation.figures.average_precision.value
    expect(Math.abs(difference)).toBeLessThan(1e-9)
    expect(drift?.score.psi).toBeCloseTo(trained.assessment.drift?.score.psi ?? Number.NaN, 6)
  })

  it('explains an order of a history, contributions and bias adding up to the log-odds', async () => {
    const registry = openRegistry(directory)
    const stored = registry.load(registry.add(trained.artefacts))
    const order = await findOrder(stored, source, { row: 1500 }, offline)
    expect(await findOrder(stored, source, { order: order.orderId }, offline)).toEqual(order)
    const explained = await explainFeatures(stored, order.features)
    expect(Math.abs(explained.remainder ?? 1)).toBeLessThan(1e-4)
    const sum = explained.contributions.reduce((total, { contribution }) => total + contribution, 0)
    expect((explained.bias ?? 0) + sum).toBeCloseTo(explained.margin, 4)
    expect(explained.reasons[0]).toMatchObject({ es: expect.any(String), en: expect.any(String) })
    const none = { ...source, records: async function* () {} }
    await expect(findOrder(stored, none, { order: 'nobody' }, offline)).rejects.toThrow(/no order "nobody"/)
  })
})
