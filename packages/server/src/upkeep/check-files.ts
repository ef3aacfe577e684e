import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Compile } from 'typebox/compile'
import { readAuditLog, readAuditPublicKey, verifyAudit } from '../audit/index.ts'
import { AtalayaError } from '../base/errors.ts'
import { openToRead } from '../files/open-to-read.ts'
import { CostPolicySchema, compilePolicy, DEFAULT_POLICY } from '../policy/index.ts'
import { openSecrets, openSites, readJson } from '../sites/index.ts'
import { snapshotFault } from '../state/index.ts'
import { openStoredDecisions } from '../store/index.ts'
import type { NamedByDecisions } from './check-decisions.ts'
import type { Findings } from './findings.ts'
import { integrityFaults } from './integrity.ts'

const policyDocument = Compile(CostPolicySchema)
const PRIVATE = ['secrets.json', 'sites.json', 'audit-key.json']

/** Secrets, sites and policies: there, readable, valid, private, and all that decisions name. */
export function checkSettings(folder: string, named: NamedByDecisions, findings: Findings): void {
  for (const file of PRIVATE) {
    const path = join(folder, file)
    if (!existsSync(path)) {
      findings.add(file, '', 'it is not there', {
        mend: 'Restore it from a backup before the service starts again.',
      })
    } else if ((statSync(path).mode & 0o077) !== 0)
      findings.add(file, '', 'others may read it', { mend: `chmod 600 ${path}`, damage: false })
  }
  if (existsSync(join(folder, 'secrets.json'))) attempt('secrets.json', findings, () => openSecrets(folder))
  attempt('sites.json', findings, () => {
    const known = new Set(
      openSites(folder)
        .list()
        .map(({ id }) => id),
    )
    for (const id of named.sites)
      if (!known.has(id))
        findings.add('sites.json', id, 'decisions were made for this site and it is not there')
  })
  attempt('policy.json', findings, () => policyOf(join(folder, 'policy.json')))
  checkPolicies(join(folder, 'policies'), named.policies, findings)
}

function checkPolicies(folder: string, named: ReadonlySet<string>, findings: Findings): void {
  const kept = new Set([compilePolicy(DEFAULT_POLICY).version])
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    attempt(`policies/${file}`, findings, () => {
      const version = policyOf(join(folder, file))?.version
      if (version !== undefined && `${version}.json` !== file)
        findings.add(`policies/${file}`, '', `its content is that of version ${version}`)
      if (version !== undefined) kept.add(version)
    })
  }
  for (const version of named)
    if (!kept.has(version))
      findings.add(
        'policies',
        version,
        'decisions were made by it and it is not kept, so they cannot be replayed',
      )
}

function policyOf(path: string) {
  const costs = readJson(path, policyDocument)
  return costs && compilePolicy(costs)
}

/** The history's snapshot saves time at the start; the store has everything in it. */
export function checkSnapshot(folder: string, findings: Findings): void {
  if (!existsSync(join(folder, 'secrets.json'))) return
  attempt('history.snapshot', findings, () => {
    const reader = openStoredDecisions(folder)
    try {
      const fault = snapshotFault(folder, reader, openSecrets(folder).historyKey)
      if (fault !== undefined)
        findings.add('history.snapshot', '', fault, {
          mend: 'Nothing: the next start repeats every payment instead, and a new one is written.',
          damage: false,
        })
    } finally {
      reader.close()
    }
  })
}

/** @returns how many entries the audit log has */
export function checkAudit(folder: string, findings: Findings): number {
  const path = join(folder, 'audit.sqlite')
  if (!existsSync(path)) {
    findings.add('audit.sqlite', '', 'it is not there')
    return 0
  }
  let entries = 0
  attempt('audit.sqlite', findings, () => {
    const database = openToRead(path)
    try {
      for (const fault of integrityFaults(database)) findings.add('audit.sqlite', '', fault)
    } finally {
      database.close()
    }
    const key = readAuditPublicKey(folder)
    if (!key) return
    const log = readAuditLog(folder)
    try {
      const report = verifyAudit(log.entries(), log.checkpoints(), key)
      entries = report.entries
      for (const { seq, what } of report.faults) findings.add('audit.sqlite', `entry ${seq}`, what)
    } finally {
      log.close()
    }
  })
  return entries
}

/** What cannot be read at all is a finding with its own mend. */
function attempt(part: string, findings: Findings, work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (error instanceof AtalayaError) findings.add(part, '', error.message, { mend: error.mend })
    else findings.add(part, '', error instanceof Error ? error.message : String(error))
  }
}
