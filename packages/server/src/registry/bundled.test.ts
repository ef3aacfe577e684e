import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { loadEngineModel, openRegistry } from './index.ts'

const MODELS = fileURLToPath(new URL('../../models', import.meta.url))

it('has a bundled champion whose features this build computes (else: npm run model)', async () => {
  const model = await loadEngineModel(openRegistry(MODELS).load('champion'))
  const { probability } = await model.scorer.score(
    new Float32Array(model.scorer.columns.length).fill(Number.NaN),
  )
  expect(probability).toBeGreaterThanOrEqual(0)
  expect(model.prescore?.id).toBe(model.manifest.prescore?.id)
  await model.close()
})

it('bundles less than two megabytes', () => {
  const files = readdirSync(MODELS, { recursive: true, encoding: 'utf8' }).map(name =>
    statSync(join(MODELS, name)),
  )
  expect(files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0)).toBeLessThan(2_000_000)
})
