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
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { PreScoreModel } from '@atalaya/client/contract'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { canonicalJson } from '../base/content-hash.ts'
import { makeFolder } from '../files/make-folder.ts'
import { RegistryError } from './errors.ts'
import { readEvaluations, writeEvaluation } from './evaluations.ts'
import { readable, unusable, writeWhole } from './files.ts'
import { corrupt, type Manifest, parseManifest, sha256Hex, versionOf } from './manifest.ts'
import { noteNow } from './note.ts'
import { logPromotion, type PromotionNote, readPromotions, versionBefore } from './promotions.ts'
import type { ModelArtefacts, ModelRegistry, ModelSummary, StoredModel } from './types.ts'

const MANIFEST = 'manifest.json'
const ALIASES = 'aliases.json'
const VERSION = /^[0-9a-f]{32}$/
const Aliases = Compile(Type.Record(Type.String(), Type.String({ pattern: VERSION.source })))

/**
 * Opens a model registry:
 *
 *     DIR/aliases.json                   {"champion": "<version>"}
 *     DIR/promotions.ndjson              who made which version the champion, when, and over which gates
 *     DIR/gates.json                     what a champion must show, unless the defaults hold
 *     DIR/evaluations/<version>/         what was measured of a version later
 *     DIR/<version>/manifest.json        what it is, with the hashes of the rest
 *     DIR/<version>/model.onnx           what is served
 *     DIR/<version>/trees.json.gz        XGBoost's own JSON, unless it was imported as ONNX
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
    promote: (name, alias = 'champion', note = noteNow()) => {
      const { version } = loadVersion(directory, resolve(name))
      return pointAlias(directory, version, alias, note && { action: 'promote', ...note })
    },
    rollback: (alias = 'champion', note = noteNow()) => {
      const { version } = loadVersion(directory, resolve(versionBefore(readPromotions(directory), alias)))
      return pointAlias(directory, version, alias, { action: 'rollback', ...note })
    },
    promotions: () => readPromotions(directory),
    evaluations: name => readEvaluations(directory, resolve(name)),
    recordEvaluation: evaluation => writeEvaluation(directory, evaluation),
    remove: name => {
      const version = resolve(name)
      const holders = Object.entries(readAliases(directory)).filter(([, target]) => target === version)
      if (holders.length > 0)
        throw new RegistryError(
          'model_in_use',
          `${version} is the ${holders.map(([alias]) => alias).join(' and the ')}`,
          'Promote another version first.',
        )
      removeVersion(directory, version)
      return version
    },
    prune: () => {
      const unused = list().filter(({ aliases }) => aliases.length === 0)
      for (const { version } of unused) removeVersion(directory, version)
      return unused.map(({ version }) => version)
    },
  }
}

/** The log comes first: an alias never stands for what no line of the log explains. */
function pointAlias(
  directory: string,
  version: string,
  alias: string,
  entry: (PromotionNote & { readonly action: 'promote' | 'rollback' }) | null,
): string {
  const aliases = readAliases(directory)
  if (entry) logPromotion(directory, { ...entry, alias, version, before: aliases[alias] ?? null })
  writeWhole(join(directory, ALIASES), readable({ ...aliases, [alias]: version }))
  return version
}

function removeVersion(directory: string, version: string): void {
  rmSync(join(directory, version), { recursive: true })
  rmSync(join(directory, 'evaluations', version), { recursive: true, force: true })
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
    trees: manifest.files['trees.json'] === undefined ? null : read('trees.json'),
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
  const files: Record<string, string> = { 'model.onnx': sha256Hex(onnx) }
  if (trees) files['trees.json'] = sha256Hex(trees)
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
      if (trees) writeFileSync(join(temporary, 'trees.json.gz'), gzipSync(trees, { level: 9 }))
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
