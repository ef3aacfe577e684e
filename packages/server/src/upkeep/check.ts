import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { AtalayaError } from '../base/errors.ts'
import { openToRead } from '../files/open-to-read.ts'
import { missingFromStore, readHeadFile, requireSchema, STORE_FILE, storeFault } from '../store/index.ts'
import type { Progress } from '../training/progress.ts'
import { checkDecisions, type NamedByDecisions } from './check-decisions.ts'
import { checkAudit, checkSettings, checkSnapshot } from './check-files.ts'
import { checkRelations } from './check-relations.ts'
import { type Finding, Findings } from './findings.ts'
import { integrityFaults } from './integrity.ts'

/** What a look at a data folder gave. */
export interface CheckReport {
  readonly folder: string
  readonly decisions: number
  readonly events: number
  readonly labels: number
  readonly auditEntries: number
  readonly findings: readonly Finding[]
  /** Whether something that was acknowledged, or is needed, is lost or wrong. */
  readonly damaged: boolean
}

const INDEX_ONLY = /index|NULL value in/
const REINDEX = 'Only indexes: stop the service and run `atalaya store reindex`, or restore a backup.'

/**
 * Looks through a data folder: the structure of its databases, what has to be true of their rows, and the files
 * beside them. Reads only, so it works beside a running service; it sees the store as it is when it begins.
 *
 * @throws {AtalayaError} `store_missing`, `store_too_new`, `store_too_old`
 */
export function checkDataFolder(folder: string, progress: Progress): CheckReport {
  const path = join(folder, STORE_FILE)
  if (!existsSync(path))
    throw new AtalayaError(
      'store_missing',
      `there is no store in ${folder}`,
      'Name the data folder of a service in --data or ATALAYA_DATA_DIR.',
    )
  const findings = new Findings()
  const { named, ...counts } = checkStore(folder, path, findings, progress)
  progress.phase('files', null)
  checkSettings(folder, named, findings)
  checkSnapshot(folder, findings)
  const auditEntries = checkAudit(folder, findings)
  const list = findings.list()
  return {
    ...{ folder, ...counts, auditEntries, findings: list },
    damaged: list.some(({ damage }) => damage),
  }
}

interface StoreCounts {
  readonly decisions: number
  readonly events: number
  readonly labels: number
  readonly named: NamedByDecisions
}

function checkStore(folder: string, path: string, findings: Findings, progress: Progress): StoreCounts {
  const nothing: StoreCounts = {
    ...{ decisions: 0, events: 0, labels: 0 },
    named: { sites: new Set(), policies: new Set() },
  }
  let database: DatabaseSync | undefined
  try {
    database = openToRead(path)
    // One moment for all that follows, whatever a service writes meanwhile.
    database.exec('BEGIN')
    // First: without its log a young store has not even its tables.
    if (!checkHead(database, folder, findings)) return nothing
    requireSchema(database)
    checkIntegrity(database, findings, progress)
    const count = (table: string) =>
      Number(database?.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'])
    const counts = { decisions: count('decisions'), events: count('outcomes'), labels: count('labels') }
    const named = checkDecisions(database, findings, progress)
    checkRelations(database, findings, progress)
    return { ...counts, named }
  } catch (error) {
    const fault = storeFault(error, path)
    if (fault.code !== 'store_corrupt') throw fault
    findings.add(STORE_FILE, '', `it cannot be read further: ${reasonOf(fault)}`)
    return nothing
  } finally {
    database?.close()
  }
}

/** @returns false when nothing is left to look at */
function checkHead(database: DatabaseSync, folder: string, findings: Findings): boolean {
  const head = readHeadFile(folder)
  const missing = head && missingFromStore(database, head, Date.now())
  if (missing !== undefined)
    findings.add(STORE_FILE, '', `it holds less than was acknowledged: ${missing}`, {
      mend: 'Put its -wal file back, or restore a backup; `atalaya store accept-loss` goes on without what is missing.',
    })
  return missing === undefined || database.prepare('SELECT 1 FROM sqlite_schema').get() !== undefined
}

function checkIntegrity(database: DatabaseSync, findings: Findings, progress: Progress): void {
  progress.phase('structure', null)
  const faults = integrityFaults(database)
  const mend = faults.length > 0 && faults.every(fault => INDEX_ONLY.test(fault)) ? { mend: REINDEX } : {}
  for (const fault of faults) findings.add(STORE_FILE, '', fault.replaceAll('\n', ' '), mend)
}

const reasonOf = ({ cause, message }: AtalayaError) => (cause instanceof Error ? cause.message : message)
