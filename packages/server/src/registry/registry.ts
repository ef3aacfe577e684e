import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { PreScoreModel } from '@atalaya/client/contract'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../base/content-hash.ts'
import { makeFolder } from '../files/make-folder.ts'
import { RegistryError } from './errors.ts'
import { corrupt, type Manifest, parseManifest, sha256Hex, versionOf } from './manifest.ts'
import type { ModelArtefacts, ModelRegistry, ModelSummary, StoredModel } from './types.ts'

const MANIFEST = 'manifest.json'
const ALIASES = 'aliases.json'
const VERSION = /^[0-9a-f]{32}$/
const Aliases = Compile(Type.Record(Type.String(), Type.String({ pattern: VERSION.source })))

/**
 * Opens a model registry:
 *
 *     DIR/aliases.json                   {"champion": "<version>"}
 *     DIR/<version>/manifest.json        what it is, with the hashes of the rest
 *     DIR/<version>/model.onnx           what is served
 *     DIR/<version>/trees.json.gz        XGBoost's own JSON
 *     DIR/<version>/prescore.json        the pre-score network, when there is one
 *     DIR/<version>/report.html          the evaluation, when it was kept
 *
 * @param directory need not exist before something is added
 * @example
 * const registry = openRegistry('models')
 * const model = await loadEngineModel(registry.load('champion'))
 */
export function openRegistry(directory: string): ModelRegistry {
  const list = () => listVersions(directory)
  const resolve = (name: string) => resolveName(directory, name)
  return {
    directory,
    list,
    resolve,
    load: name => loadVersion(directory, resolve(name)),
    add: artefacts => addVersion(directory, artefacts),
    promote: (name, alias = 'champion') => {
      const { version } = loadVersion(directory, resolve(name))
      writeWhole(join(directory, ALIASES), readable({ ...readAliases(directory), [alias]: version }))
      return version
    },
    prune: () => {
      for (const { version, aliases } of list())
        if (aliases.length === 0) rmSync(join(directory, version), { recursive: true })
    },
  }
}

function versionsIn(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory).filter(name => VERSION.test(name))
}

function listVersions(directory: string): ModelSummary[] {
  const aliases = Object.entries(readAliases(directory))
  return versionsIn(directory)
    .map(version => ({
      version,
      aliases: aliases.filter(([, target]) => target === version).map(([alias]) => alias),
      manifest: readManifest(directory, version),
    }))
    .sort((a, b) => b.manifest.data.toMs - a.manifest.data.toMs || a.version.localeCompare(b.version))
}

function resolveName(directory: string, name: string): string {
  const aliases = readAliases(directory)
  const version = aliases[name]
  if (version !== undefined) return version
  const versions = versionsIn(directory)
  const matches = /^[0-9a-f]{4,32}$/.test(name) ? versions.filter(known => known.startsWith(name)) : []
  const [match] = matches
  if (match !== undefined && matches.length === 1) return match
  const known = [...Object.keys(aliases), ...versions]
  throw new RegistryError(
    'model_unknown',
    matches.length > 1
      ? `${name} is the beginning of several versions in ${directory}: ${matches.join(', ')}`
      : `there is no model version or alias "${name}" in ${directory}`,
    known.length > 0
      ? `There are: ${known.join(', ')}.`
      : 'The folder holds no model; `atalaya train` makes one.',
  )
}

function loadVersion(directory: string, version: string): StoredModel {
  const manifest = readManifest(directory, version)
  const read = (name: string) => {
    const compressed = name === 'trees.json'
    const file = join(directory, version, compressed ? `${name}.gz` : name)
    const expected = manifest.files[name]
    if (expected === undefined) throw corrupt(join(directory, version, MANIFEST), `names no hash of ${name}`)
    const content = compressed ? unzip(readFile(file), file) : readFile(file)
    if (sha256Hex(content) !== expected) throw corrupt(file, 'is damaged: it is not what its manifest names')
    return content
  }
  return {
    version,
    manifest,
    onnx: read('model.onnx'),
    trees: read('trees.json'),
    // Its content is bound by the hash, so it is what training wrote.
    prescore:
      manifest.prescore === null ? null : (JSON.parse(read('prescore.json').toString()) as PreScoreModel),
  }
}

function addVersion(
  directory: string,
  { manifest, onnx, trees, prescore, reportHtml }: ModelArtefacts,
): string {
  const prescoreText = prescore && `${canonicalJson(prescore)}\n`
  const files: Record<string, string> = { 'model.onnx': sha256Hex(onnx), 'trees.json': sha256Hex(trees) }
  if (prescoreText) files['prescore.json'] = sha256Hex(prescoreText)
  const version = versionOf({ ...manifest, files })
  const complete: Manifest = {
    ...manifest,
    files,
    version,
    metadata: { ...manifest.metadata, model_version: version },
  }
  const manifestText = readable(complete)
  parseManifest(manifestText, MANIFEST)
  const target = join(directory, version)
  try {
    makeFolder(directory)
    const temporary = mkdtempSync(join(directory, '.adding-'))
    try {
      writeFileSync(join(temporary, 'model.onnx'), onnx)
      writeFileSync(join(temporary, 'trees.json.gz'), gzipSync(trees, { level: 9 }))
      if (prescoreText) writeFileSync(join(temporary, 'prescore.json'), prescoreText)
      if (reportHtml !== undefined) writeFileSync(join(temporary, 'report.html'), reportHtml)
      writeFileSync(join(temporary, MANIFEST), manifestText)
      // A temporary folder is its maker's alone; a model is for whoever may see the registry.
      chmodSync(temporary, 0o755)
      // The same content again: the older copy gives way, in case it was damaged.
      rmSync(target, { recursive: true, force: true })
      renameSync(temporary, target)
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
  } catch (cause) {
    throw unusable(directory, 'written', cause)
  }
  return version
}

function readManifest(directory: string, version: string): Manifest {
  const file = join(directory, version, MANIFEST)
  const manifest = parseManifest(readFile(file).toString(), file)
  if (manifest.version !== version)
    throw corrupt(file, `stands in the wrong folder: it is version ${manifest.version}`)
  return manifest
}

function readAliases(directory: string): Readonly<Record<string, string>> {
  const file = join(directory, ALIASES)
  if (!existsSync(file)) return {}
  try {
    const aliases: unknown = JSON.parse(readFile(file).toString())
    if (Aliases.Check(aliases)) return aliases
  } catch (cause) {
    if (cause instanceof RegistryError) throw cause
  }
  throw corrupt(file, 'does not map aliases to versions')
}

function readFile(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    throw corrupt(file, 'cannot be read', cause)
  }
}

function unzip(content: Buffer, file: string): Buffer {
  try {
    return gunzipSync(content)
  } catch (cause) {
    throw corrupt(file, 'is damaged: it cannot be decompressed', cause)
  }
}

/** Sorted keys and a line each, so that versions can be compared as text. */
function readable(value: unknown): string {
  return `${JSON.stringify(JSON.parse(canonicalJson(value)), null, 1)}\n`
}

function writeWhole(file: string, text: string): void {
  const temporary = `${file}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, file)
  } catch (cause) {
    throw unusable(basename(file), 'written', cause)
  }
}

function unusable(path: string, verb: string, cause: unknown): RegistryError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new RegistryError(
    'registry_unusable',
    `${path} cannot be ${verb}: ${why}`,
    'Name a folder that you may write to.',
    {
      cause,
    },
  )
}
