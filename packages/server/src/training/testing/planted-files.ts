import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Mapping, openImport } from '../import/index.ts'
import { SILENT } from '../progress.ts'
import type { Finding } from '../quality/finding.ts'
import { type QualityReport, runGate } from '../quality/gate.ts'

/** A row of a planted file, by column. */
export type PlantedRow = Record<string, string>

const FIRST_MS = Date.UTC(2026, 0, 5, 12)

/** Sound rows, a fifth of them fraud; tests break what they are about. */
export function soundRows(count: number): PlantedRow[] {
  return Array.from({ length: count }, (_, index) => ({
    transaction_id: `o${index}`,
    transaction_time: new Date(FIRST_MS + index * 25 * 60_000).toISOString(),
    user_id: `u${(index * 7) % 83}`,
    transaction_amount: ((((index * 37) % 900) + 1) * 1.07).toFixed(2),
    fraudulent: (index * 13) % 10 < 2 ? '1' : '0',
  }))
}

export function csvOf(rows: readonly PlantedRow[], delimiter = ','): string {
  const header = Object.keys(rows[0] ?? {})
  const lines = rows.map(row => header.map(column => row[column] ?? '').join(delimiter))
  return `${[header.join(delimiter), ...lines].join('\n')}\n`
}

/** A mapping of the sound rows' columns. */
export function mappingWith(change: Partial<Mapping> & Pick<Mapping, 'columns'>): Mapping {
  const { columns, ...rest } = change
  return {
    format: 'atalaya-mapping/1',
    columns: {
      'transaction.id': 'transaction_id',
      'transaction.createdAtMs': 'transaction_time',
      'transaction.account.id': 'user_id',
      'transaction.amountMinor': 'transaction_amount',
      ...columns,
    },
    label: { column: 'fraudulent', fraud: ['1'], genuine: ['0'], delayDays: 30 },
    ...rest,
  }
}

/** What the gate says of files that exist for the test only. */
export interface Gated {
  readonly report: QualityReport
  readonly quarantine: readonly { readonly line: number; readonly code: string; readonly reason: string }[]
  finding(code: string): Finding | undefined
}

/** Writes the contents to files and runs the gate over them. */
export async function gate(
  contents: string | Uint8Array | Readonly<Record<string, string | Uint8Array>>,
  mapping: Mapping | null = null,
  site = { timeZone: 'UTC', currency: 'PEN' },
): Promise<Gated> {
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-gate-'))
  const rejectedFile = join(folder, 'quarantine.ndjson')
  const named =
    typeof contents === 'string' || contents instanceof Uint8Array ? { 't.csv': contents } : contents
  const paths = Object.entries(named).map(([name, content]) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  })
  try {
    const opened = await openImport(paths, {
      ...{ mapping, currency: site.currency, rejectedFile, maxRejectedShare: 1 },
    })
    try {
      const report = await runGate(opened, { site, maxBadShare: 0.05, progress: SILENT })
      return {
        report,
        quarantine: linesOf(rejectedFile, report.rows.setAside),
        finding: code => report.findings.find(one => one.code === code),
      }
    } finally {
      opened.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function linesOf(file: string, rows: number): Gated['quarantine'] {
  if (rows === 0) return []
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Gated['quarantine'][number])
}
