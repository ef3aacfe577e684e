import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ModelArtefacts, openRegistry, RegistryError } from './index.ts'
import { MODEL_FORMAT } from './manifest.ts'

const window = { fromMs: 0, toMs: 1, rows: 10, frauds: 1 }

function artefacts(seed = 1): ModelArtefacts {
  return {
    manifest: {
      format: MODEL_FORMAT,
      columns: ['trans_amount'],
      catalogueVersion: 'c',
      features: [{ name: 'trans_amount', version: 1 }],
      engine: { library: 'xgboost', version: '1.7.4', params: { max_depth: 5 }, rounds: 1, seed },
      site: { timeZone: 'America/Lima', currency: 'PEN', country: 'PE' },
      data: { sha256: '0'.repeat(64), sourceType: 'history', ...window },
      windows: {
        ...{ labelsKnownAtMs: 1, maturityDays: 7 },
        ...{ train: window, validation: window, calibration: window, test: window },
      },
      calibration: { kind: 'platt', slope: 1, intercept: 0 },
      threshold: { probability: 0.5, chosenBy: 'test' },
      metrics: { average_precision: { value: 0.5, low: 0.4, high: 0.6 } },
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
    },
    onnx: Uint8Array.of(1, 2, 3),
    trees: new TextEncoder().encode('{"trees":1}'),
    prescore: null,
    reportHtml: '<!doctype html>',
  }
}

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** The fault's code and text, for both kinds of expectations. */
function faultOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof RegistryError) return `${error.code}: ${error.message}. ${error.mend}`
    throw error
  }
  return 'none'
}

describe('a model registry', () => {
  it('gives back what was added', () => {
    const registry = openRegistry(directory)
    const version = registry.add(artefacts())
    const stored = registry.load(version)
    expect(stored.onnx).toEqual(Buffer.of(1, 2, 3))
    expect(new TextDecoder().decode(stored.trees)).toBe('{"trees":1}')
    expect(stored.manifest.metadata.model_version).toBe(version)
  })

  it('gives the same content the same version and other content another', () => {
    const registry = openRegistry(directory)
    expect(registry.add(artefacts())).toBe(registry.add(artefacts()))
    expect(registry.add(artefacts(2))).not.toBe(registry.add(artefacts(1)))
    expect(registry.list()).toHaveLength(2)
  })

  it('resolves versions, their beginnings and aliases', () => {
    const registry = openRegistry(directory)
    const version = registry.add(artefacts())
    registry.promote(version)
    registry.promote(version, 'challenger')
    for (const name of [version, version.slice(0, 8), 'champion', 'challenger'])
      expect(registry.resolve(name)).toBe(version)
    expect(registry.list()[0]?.aliases).toEqual(['challenger', 'champion'])
  })

  it('rolls back by promoting the version before, and prunes what no alias stands for', () => {
    const registry = openRegistry(directory)
    const [first, second] = [registry.add(artefacts(1)), registry.add(artefacts(2))]
    registry.promote(first)
    registry.promote(second)
    registry.promote(first)
    expect(registry.resolve('champion')).toBe(first)
    registry.prune()
    expect(registry.list().map(({ version }) => version)).toEqual([first])
  })

  it('names what there is when a version is not known', () => {
    const registry = openRegistry(directory)
    expect(faultOf(() => registry.load('nothing'))).toMatch(/model_unknown: .*"nothing".*holds no model/)
    const version = registry.add(artefacts())
    expect(faultOf(() => registry.load('champion'))).toMatch(
      new RegExp(`model_unknown: .*There are: ${version}`),
    )
  })

  it('refuses a file that is damaged or missing, naming it', () => {
    const registry = openRegistry(directory)
    const version = registry.add(artefacts())
    writeFileSync(join(directory, version, 'model.onnx'), 'other')
    expect(faultOf(() => registry.load(version))).toMatch(/model_corrupt: .*model\.onnx is damaged/)
    registry.add(artefacts())
    writeFileSync(join(directory, version, 'trees.json.gz'), 'no gzip')
    expect(faultOf(() => registry.load(version))).toMatch(/model_corrupt: .*trees\.json\.gz is damaged/)
    registry.add(artefacts())
    rmSync(join(directory, version, 'model.onnx'))
    expect(faultOf(() => registry.load(version))).toMatch(/model_corrupt: .*model\.onnx cannot be read/)
  })

  it('refuses a manifest that was edited', () => {
    const registry = openRegistry(directory)
    const version = registry.add(artefacts())
    const file = join(directory, version, 'manifest.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"probability": 0.5', '"probability": 0.1'))
    expect(faultOf(() => registry.load(version))).toMatch(/model_corrupt: .*manifest\.json was changed/)
  })

  it('leaves nothing behind when a version cannot be written', () => {
    const registry = openRegistry(join(directory, 'file'))
    writeFileSync(join(directory, 'file'), '')
    expect(faultOf(() => registry.add(artefacts()))).toMatch(/registry_unusable/)
    expect(readdirSync(directory)).toEqual(['file'])
    expect(existsSync(join(directory, 'file', 'aliases.json'))).toBe(false)
  })
})
