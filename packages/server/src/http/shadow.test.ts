import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createLogger, createMetrics } from '../monitoring/index.ts'
import { type EngineModel, readShadowScores } from '../registry/index.ts'
import type { StoredDecision } from '../store/index.ts'
import { startShadow } from './shadow.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A challenger of one column; `score` may fail. */
function shadowOf(score: EngineModel['scorer']['score']) {
  const metrics = createMetrics()
  const challenger = {
    version: 'new',
    scorer: { columns: ['trans_amount'], score },
  } as unknown as EngineModel
  const shadow = startShadow({ challenger, folder, metrics, logger: createLogger('silent') })
  const counted = async (result: string) => {
    const [counter] = await metrics.registry
      .getMetricsAsJSON()
      .then(all => all.filter(({ name }) => name === 'atalaya_shadow_scores_total'))
    return counter?.values.find(({ labels }) => labels['result'] === result)?.value ?? 0
  }
  return { shadow, counted }
}

const decision = (id: string) =>
  ({
    ...{ id, envelope: { versions: { model: 'old' } } },
    decision: { score: 0.2, features: { trans_amount: 70 } },
  }) as unknown as StoredDecision

it('writes what the challenger says of a decision beside what the champion said', async () => {
  const { shadow, counted } = shadowOf(async row => ({ margin: row[0] ?? 0, probability: 0.5 }))
  shadow.observe(decision('a'))
  await shadow.finish()
  expect(readShadowScores(folder)).toEqual([
    {
      ...{ decisionId: 'a', champion: 'old', championScore: 0.2 },
      ...{ challenger: 'new', score: 0.5, margin: 70 },
    },
  ])
  expect(await counted('scored')).toBe(1)
})

it('counts a challenger that fails and goes on', async () => {
  let calls = 0
  const { shadow, counted } = shadowOf(async () => {
    calls++
    if (calls === 1) throw new Error('broken')
    return { margin: 0, probability: 0.5 }
  })
  for (const id of ['a', 'b']) shadow.observe(decision(id))
  await shadow.finish()
  expect(readShadowScores(folder).map(({ decisionId }) => decisionId)).toEqual(['b'])
  expect(await counted('failed')).toBe(1)
})

it('leaves decisions out rather than fall ever further behind', async () => {
  const { shadow, counted } = shadowOf(async () => ({ margin: 0, probability: 0.5 }))
  for (let index = 0; index < 1_005; index++) shadow.observe(decision(String(index)))
  await shadow.finish()
  expect(readShadowScores(folder)).toHaveLength(1_000)
  expect(await counted('dropped')).toBe(5)
})
