import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openRegistry, RegistryError } from './index.ts'
import { artefacts } from './testing/artefacts.ts'

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
    expect(registry.add(artefacts({ seed: 2 }))).not.toBe(registry.add(artefacts({ seed: 1 })))
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
    const [first, second] = [registry.add(artefacts({ seed: 1 })), registry.add(artefacts({ seed: 2 }))]
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
