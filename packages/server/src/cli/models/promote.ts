import { AtalayaError } from '../../base/errors.ts'
import {
  checkGates,
  type FailedGate,
  gatesFault,
  type ModelRegistry,
  noteNow,
  readGates,
} from '../../registry/index.ts'

export interface PromoteRequest {
  readonly alias: string
  readonly force: boolean
  readonly reason?: string
}

/**
 * Promotes a version that passes the gates, or one whose failed gates are overruled with a reason.
 *
 * @returns what to print
 * @throws RegistryError `gates_failed` with a line per gate
 */
export function promoteThroughGates(
  registry: ModelRegistry,
  name: string,
  { alias, force, reason }: PromoteRequest,
): string {
  if (force && !reason?.trim())
    throw new AtalayaError('promotion_options', '--force says no reason', 'Give --reason TEXT; it is logged.')
  const version = registry.resolve(name)
  const failed = checkGates(registry, version, { gates: readGates(registry.directory), alias })
  if (failed.length > 0 && !(force && reason)) throw gatesFault(version, failed)
  registry.promote(version, alias, {
    ...noteNow(),
    ...(failed.length > 0 && reason && { overruled: { reason, gates: failed.map(gateLine) } }),
  })
  return [...failed.map(gate => `overruled: ${gateLine(gate)}`), `${alias}: ${version}`].join('\n')
}

/** A failed gate as one line. */
export function gateLine({ gate, why }: FailedGate): string {
  return `${gate}: ${why}`
}

/**
 * Promotes a version that was just made where it was asked for, or where there is no champion yet: a service is better
 * off with a weak model than with none, and says which gates it fails.
 *
 * @param only the registry is to hold this version alone: nothing to be compared with, no log of what was before
 * @returns what to print; sets the exit code when the gates keep it from the promotion that was asked for
 */
export function promoteTrained(
  registry: ModelRegistry,
  version: string,
  { promote, only }: { readonly promote: boolean; readonly only: boolean },
): readonly string[] {
  const isFirst = !registry.list().some(({ aliases }) => aliases.includes('champion'))
  if (!promote && !only && !isFirst) return []
  const gates = readGates(registry.directory)
  const failed = checkGates(registry, version, { gates: only ? { ...gates, champion: false } : gates })
  const lines = failed.map(gate => `gate failed: ${gateLine(gate)}`)
  if (failed.length > 0 && !isFirst) {
    process.exitCode = 1
    return [
      ...lines,
      'It was stored and not promoted; `atalaya models promote --force --reason TEXT` overrules.',
    ]
  }
  const overruled = { reason: 'the first of its registry', gates: failed.map(gateLine) }
  registry.promote(
    version,
    'champion',
    only ? null : { ...noteNow(), ...(failed.length > 0 && { overruled }) },
  )
  if (only) registry.prune()
  return [...lines, `champion: ${version}`]
}
