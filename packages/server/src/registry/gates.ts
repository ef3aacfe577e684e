import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { RegistryError } from './errors.ts'
import { unknownFeatures } from './known-features.ts'
import type { Manifest } from './manifest.ts'
import type { Estimate } from './measures.ts'
import type { ModelRegistry } from './types.ts'

const GATES = 'gates.json'

/** What a version must show before it may judge. Lies as `gates.json` in the registry; without it the defaults hold. */
export const GatesSchema = Type.Object(
  {
    format: Type.Literal('atalaya-gates/1'),
    /** The served file must be known to score as its source does. */
    parity: Type.Boolean({ default: true }),
    /** No column may have raised the leakage alarm. */
    leakage: Type.Boolean({ default: true }),
    /** Most expected calibration error on the test window. */
    maxCalibrationError: Type.Number({ minimum: 0, maximum: 1, default: 0.02 }),
    /** Fewest frauds in the test window. */
    minTestFrauds: Type.Integer({ minimum: 0, default: 30 }),
    /** Average precision must not lie below the champion's interval on the same window. */
    champion: Type.Boolean({ default: true }),
  },
  { additionalProperties: false },
)
export type Gates = Static<typeof GatesSchema>

export const DEFAULT_GATES: Gates = {
  format: 'atalaya-gates/1',
  parity: true,
  leakage: true,
  maxCalibrationError: 0.02,
  minTestFrauds: 30,
  champion: true,
}

const compiled = Compile(GatesSchema)

/**
 * The gates of a registry: its `gates.json`, or the defaults. Keys that the file leaves out keep their default.
 *
 * @throws RegistryError `gates_invalid` naming what does not fit
 */
export function readGates(directory: string): Gates {
  const file = join(directory, GATES)
  if (!existsSync(file)) return DEFAULT_GATES
  const mend = `Mend ${file}, or remove it for the defaults; docs/models.md has an example.`
  let value: unknown
  try {
    value = { ...DEFAULT_GATES, ...JSON.parse(readFileSync(file, 'utf8')) }
  } catch (cause) {
    throw new RegistryError('gates_invalid', `${file} is not JSON`, mend, { cause })
  }
  if (compiled.Check(value)) return value
  const [fault] = compiled.Errors(value)
  throw new RegistryError(
    'gates_invalid',
    `${file} does not fit at ${fault?.instancePath || '/'}: ${fault?.message ?? ''}`,
    mend,
  )
}

/** One gate that a version does not pass: which, and why in words. */
export interface FailedGate {
  readonly gate: 'features' | 'parity' | 'leakage' | 'calibration' | 'frauds' | 'champion'
  readonly why: string
}

/** The gates that a version must pass by itself, whatever else the registry holds. */
export function failedOwnGates(manifest: Manifest, gates: Gates): readonly FailedGate[] {
  const failed: FailedGate[] = []
  const fail = (gate: FailedGate['gate'], why: string) => failed.push({ gate, why })
  const unknown = unknownFeatures(manifest)
  if (unknown.length > 0) fail('features', `this build does not compute ${unknown.join(', ')}`)
  // Training writes nothing that fails its own comparison, so only an imported model can lack one.
  if (gates.parity && manifest.origin !== undefined && manifest.parity === undefined)
    fail('parity', 'no comparison with the library that trained it is recorded; import it with --samples')
  if (gates.leakage && manifest.leakage.length > 0)
    fail('leakage', `${manifest.leakage.join(', ')} alone rank nearly as well as the model`)
  const ece = manifest.metrics['expected_calibration_error']?.value ?? Number.POSITIVE_INFINITY
  if (ece > gates.maxCalibrationError)
    fail('calibration', `calibration error ${ece.toPrecision(3)}, at most ${gates.maxCalibrationError}`)
  const { frauds } = manifest.windows.test
  if (frauds < gates.minTestFrauds)
    fail('frauds', `tested on ${frauds} frauds, at least ${gates.minTestFrauds}`)
  return failed
}

/**
 * Every gate that keeps a version from an alias. A challenger only watches, so it is not held against the champion.
 *
 * @param name version or alias of the candidate
 */
export function checkGates(
  registry: ModelRegistry,
  name: string,
  { gates, alias = 'champion' }: { readonly gates: Gates; readonly alias?: string },
): readonly FailedGate[] {
  const { manifest } = registry.load(name)
  const own = failedOwnGates(manifest, gates)
  if (!gates.champion || alias !== 'champion') return own
  const champion = registry.list().find(({ aliases }) => aliases.includes('champion'))
  if (!champion || champion.version === manifest.version) return own
  const why = worseThan(registry, manifest, champion.manifest)
  return why === null ? own : [...own, { gate: 'champion', why }]
}

/** Figures of a version on one window of one history. */
interface Measured {
  readonly key: string
  readonly window: { readonly fromMs: number; readonly toMs: number }
  readonly ap: Estimate
}

/** Why a candidate must not follow a champion; null when it may. */
function worseThan(registry: ModelRegistry, candidate: Manifest, champion: Manifest): string | null {
  const own = measuredOf(registry, candidate)
  const pairs = measuredOf(registry, champion).flatMap(theirs => {
    const ours = own.find(({ key }) => key === theirs.key)
    return ours ? [{ ours, theirs }] : []
  })
  const [latest] = pairs.sort((a, b) => b.ours.window.toMs - a.ours.window.toMs)
  if (!latest) {
    return (
      'it and the champion were not measured on the same orders; run `atalaya evaluate` for both on one ' +
      `history: atalaya evaluate ${candidate.version.slice(0, 8)} --history FILE --judge-from DATE, and the same for champion`
    )
  }
  const { ours, theirs } = latest
  if (ours.ap.value >= theirs.ap.low) return null
  const figure = (value: number) => value.toFixed(4)
  return (
    `average precision ${figure(ours.ap.value)} on orders of ${day(ours.window.fromMs)} to ${day(ours.window.toMs)}, ` +
    `below the champion's ${figure(theirs.ap.value)} (${figure(theirs.ap.low)} to ${figure(theirs.ap.high)})`
  )
}

/** A version's own test and what was measured later, by what makes two of them comparable. */
function measuredOf(registry: ModelRegistry, { version, data, windows, metrics }: Manifest): Measured[] {
  const keyOf = (sha256: string, { fromMs, toMs, rows }: Manifest['windows']['test']) =>
    `${sha256}/${fromMs}/${toMs}/${rows}`
  const own = metrics['average_precision']
  return [
    ...(own ? [{ key: keyOf(data.sha256, windows.test), window: windows.test, ap: own }] : []),
    ...registry.evaluations(version).flatMap(({ dataSha256, window, metrics: later }) => {
      const ap = later['average_precision']
      return ap ? [{ key: keyOf(dataSha256, window), window, ap }] : []
    }),
  ]
}

const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)

/** The fault of a promotion that its gates refuse: a line for each. */
export function gatesFault(version: string, failed: readonly FailedGate[]): RegistryError {
  const lines = failed.map(({ gate, why }) => `\n  ${gate}: ${why}`)
  return new RegistryError(
    'gates_failed',
    `model ${version} fails ${failed.length} of the gates:${lines.join('')}\n`,
    'Mend that, or overrule it by --force --reason TEXT, which is logged',
  )
}
