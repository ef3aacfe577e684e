import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  checkGates,
  DEFAULT_GATES,
  type Gates,
  type ModelRegistry,
  openRegistry,
  type RegistryError,
  readGates,
} from './index.ts'
import { artefacts, estimate, window } from './testing/artefacts.ts'

const by = (atMs: number) => ({ atMs, by: 'ana' })

let directory: string
let registry: ModelRegistry
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'atalaya-test-'))
  registry = openRegistry(directory)
})
afterEach(() => rmSync(directory, { recursive: true }))

const codeOf = (act: () => unknown): string => {
  try {
    act()
    return 'none'
  } catch (error) {
    return (error as RegistryError).code
  }
}

describe('rolling back', () => {
  it('goes one champion further back each time, and the log keeps everything', () => {
    const [a, b, c] = [1, 2, 3].map(seed => registry.add(artefacts({ seed }))) as [string, string, string]
    for (const [place, version] of [a, b, c].entries()) registry.promote(version, 'champion', by(place))
    expect(registry.rollback('champion', by(3))).toBe(b)
    expect(registry.rollback('champion', by(4))).toBe(a)
    expect(registry.resolve('champion')).toBe(a)
    expect(codeOf(() => registry.rollback())).toBe('rollback_impossible')
    expect(registry.promotions().map(({ action, version, before }) => [action, version, before])).toEqual([
      ['promote', a, null],
      ['promote', b, a],
      ['promote', c, b],
      ['rollback', b, c],
      ['rollback', a, b],
    ])
  })

  it('returns to the version before after a rollback and a new promotion', () => {
    const [a, b, c] = [1, 2, 3].map(seed => registry.add(artefacts({ seed }))) as [string, string, string]
    for (const version of [a, b]) registry.promote(version)
    registry.rollback()
    registry.promote(c)
    expect(registry.rollback()).toBe(a)
  })

  it('leaves the other alias alone', () => {
    const [a, b] = [1, 2].map(seed => registry.add(artefacts({ seed }))) as [string, string]
    registry.promote(a)
    registry.promote(b)
    registry.promote(b, 'challenger')
    registry.rollback()
    expect([registry.resolve('champion'), registry.resolve('challenger')]).toEqual([a, b])
  })
})

it('keeps a version that an alias stands for, and removes one that none does', () => {
  const [a, b] = [1, 2].map(seed => registry.add(artefacts({ seed }))) as [string, string]
  registry.promote(a)
  expect(codeOf(() => registry.remove(a))).toBe('model_in_use')
  registry.remove(b)
  expect(registry.list().map(({ version }) => version)).toEqual([a])
})

describe('the gates of a promotion', () => {
  const failedOf = (name: string, gates: Gates = DEFAULT_GATES, alias = 'champion') =>
    checkGates(registry, name, { gates, alias }).map(({ gate }) => gate)

  it('let a sound version through', () => {
    expect(failedOf(registry.add(artefacts({})))).toEqual([])
  })

  it('name each that fails', () => {
    const bad = artefacts({
      features: [{ name: 'trans_amount', version: 99 }],
      leakage: ['trans_amount'],
      origin: { format: 'onnx', sha256: '0'.repeat(64), producer: 'skl2onnx', renamed: {} },
      test: { ...window, frauds: 3 },
      metrics: { average_precision: estimate(0.5), expected_calibration_error: estimate(0.2) },
    })
    expect(failedOf(registry.add(bad))).toEqual(['features', 'parity', 'leakage', 'calibration', 'frauds'])
  })

  it("hold average precision against the champion's interval on the same test window", () => {
    registry.promote(registry.add(artefacts({ metrics: metricsOf(0.5) })))
    expect(failedOf(registry.add(artefacts({ metrics: metricsOf(0.46) })))).toEqual([])
    const worse = registry.add(artefacts({ metrics: metricsOf(0.44) }))
    expect(failedOf(worse)).toEqual(['champion'])
    expect(failedOf(worse, DEFAULT_GATES, 'challenger')).toEqual([])
    expect(failedOf(worse, { ...DEFAULT_GATES, champion: false })).toEqual([])
  })

  it('ask for evaluations on one history when the test windows differ, and then use them', () => {
    const champion = registry.add(artefacts({ metrics: metricsOf(0.5) }))
    registry.promote(champion)
    const candidate = registry.add(artefacts({ metrics: metricsOf(0.9), test: { ...window, rows: 999 } }))
    const [failed] = checkGates(registry, candidate, { gates: DEFAULT_GATES })
    expect(failed?.why).toMatch(/not measured on the same orders; run `atalaya evaluate`/)
    const measured = (version: string, ap: number) =>
      registry.recordEvaluation({
        ...{ version, dataSha256: 'f'.repeat(64), window, threshold: 0.5, metrics: metricsOf(ap) },
      })
    measured(champion, 0.6)
    measured(candidate, 0.4)
    expect(failedOf(candidate)).toEqual(['champion'])
    measured(candidate, 0.7)
    expect(failedOf(candidate)).toEqual([])
  })

  it('are the defaults, the file of the registry, or a fault that names what does not fit', () => {
    expect(readGates(directory)).toEqual(DEFAULT_GATES)
    writeFileSync(join(directory, 'gates.json'), '{"minTestFrauds":100}')
    expect(readGates(directory)).toEqual({ ...DEFAULT_GATES, minTestFrauds: 100 })
    writeFileSync(join(directory, 'gates.json'), '{"minTestFrauds":-1}')
    expect(codeOf(() => readGates(directory))).toBe('gates_invalid')
  })
})

function metricsOf(ap: number) {
  return { average_precision: estimate(ap), expected_calibration_error: estimate(0.001) }
}
