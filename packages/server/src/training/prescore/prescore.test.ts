import {
  createPreScorer,
  encodeSignals,
  preScoreModelFault,
  type SignalVector,
} from '@atalaya/client/contract'
import { beforeAll, expect, test } from 'vitest'
import { simulateHistory } from '../../simulator/index.ts'
import type { Examples } from './examples.ts'
import { trainPreScore } from './index.ts'

let training: Examples
let validation: Examples
let trained: Awaited<ReturnType<typeof trainPreScore>>

beforeAll(async () => {
  const vectors: SignalVector[] = []
  const labels: number[] = []
  for (const record of simulateHistory({ events: 9000, seed: 4, startMs: Date.UTC(2026, 0, 1), days: 30 })) {
    if (!record.session.signals || !record.label) continue
    vectors.push(record.session.signals)
    labels.push(Number(record.label.fraud))
  }
  const cut = 6000
  training = { vectors: vectors.slice(0, cut), labels: labels.slice(0, cut) }
  validation = { vectors: vectors.slice(cut), labels: labels.slice(cut) }
  trained = await trainPreScore(training, validation, { seed: 1, epochs: 6 })
}, 60_000)

test('the network ranks later frauds far above chance', () => {
  expect(trained.report.rocAuc).toBeGreaterThan(0.75)
})

test("the contract's scorer gives the layers model's scores to the bit", () => {
  const scorer = createPreScorer(trained.model)
  const known = new Set(trained.report.validationScores)
  const scores = validation.vectors.map(scorer)
  expect(scores.filter(score => known.has(score)).length).toBeGreaterThanOrEqual(known.size)
})

test('a scorer made before full TensorFlow.js was loaded in the thread scores the same after it', async () => {
  const before = createPreScorer(trained.model)
  const expected = validation.vectors.slice(0, 50).map(before)
  await import('./network.ts')
  expect(validation.vectors.slice(0, 50).map(before)).toEqual(expected)
  expect(validation.vectors.slice(0, 50).map(createPreScorer(trained.model))).toEqual(expected)
})

test('the same examples and seed give the same bytes', async () => {
  const again = await trainPreScore(training, validation, { seed: 1, epochs: 6 })
  expect(JSON.stringify(again.model)).toBe(JSON.stringify(trained.model))
}, 60_000)

test('a session without a single signal still gets a score', () => {
  expect(preScoreModelFault(trained.model)).toBeUndefined()
  const score = createPreScorer(trained.model)(encodeSignals({}))
  expect(score).toBeGreaterThanOrEqual(0)
  expect(score).toBeLessThanOrEqual(1)
})

test('one class alone is refused', async () => {
  const genuine = { vectors: training.vectors, labels: training.labels.map(() => 0) }
  await expect(trainPreScore(genuine, validation, { seed: 1 })).rejects.toThrow('fraud and genuine')
})
