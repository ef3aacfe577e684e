import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { AtalayaError } from '../base/errors.ts'
import { makeFolder } from '../files/make-folder.ts'
import { type CompiledPolicy, CostPolicySchema, compilePolicy, DEFAULT_POLICY } from '../policy/index.ts'
import { readJson, writePrivateJson } from '../sites/index.ts'

/** The shop's own policy in the data folder; without it the default is in force. */
const POLICY_FILE = 'policy.json'
/** Every policy that was ever in force, by version: what a decision's replay judges by. */
const KEPT = 'policies'

const document = Compile(CostPolicySchema)

/**
 * Reads the policy in force and keeps a copy under its version, so that decisions made by it can be replayed when
 * another is in force.
 *
 * @param currencies of the sites: the shop's own policy has to be in theirs, since amounts are compared in it
 * @throws AtalayaError `file_unreadable`, `file_invalid`, `invalid_policy`
 */
export function openPolicy(dataDir: string, currencies: readonly string[]): CompiledPolicy {
  const own = readPolicy(join(dataDir, POLICY_FILE))
  const other = own && currencies.find(currency => currency !== own.costs.currency)
  if (own && other !== undefined)
    throw new AtalayaError(
      'invalid_policy',
      `${join(dataDir, POLICY_FILE)} is in ${own.costs.currency} and a site in ${other}`,
      `Write the costs in ${other}; docs/policy.md explains each.`,
    )
  const policy = own ?? compilePolicy(DEFAULT_POLICY)
  const kept = keptFile(dataDir, policy.version)
  if (!existsSync(kept)) {
    makeFolder(join(dataDir, KEPT), 0o700)
    writePrivateJson(kept, policy.costs)
  }
  return policy
}

/** The policy of a version, the default of this build where the folder has none: the replay then says that it differs. */
export function keptPolicy(dataDir: string, version: string): CompiledPolicy {
  return readPolicy(keptFile(dataDir, version)) ?? compilePolicy(DEFAULT_POLICY)
}

function keptFile(dataDir: string, version: string): string {
  return join(dataDir, KEPT, `${version}.json`)
}

function readPolicy(path: string): CompiledPolicy | undefined {
  const costs = readJson(path, document)
  return costs && compilePolicy(costs)
}
