import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SiteSettings } from '../../packages/server/src/features/index.ts'
import { openIpData } from '../../packages/server/src/ipdata/index.ts'
import { type Import, openImport, readMapping } from '../../packages/server/src/training/import/index.ts'
import { Replay, type Replayed } from '../../packages/server/src/training/replay.ts'
import { merged } from './merge.ts'

/** What is read: the files together are one history. */
export interface PublicData {
  readonly files: readonly string[]
  /** Mapping file; it names the site. */
  readonly mapping: string
  /** Only rows before then, UTC epoch ms. */
  readonly toMs?: number
}

/** The site of a mapping must be whole, since public data have no shop to ask. */
function siteOf(file: string, site: Partial<SiteSettings> | undefined): SiteSettings {
  const { timeZone, currency, country } = site ?? {}
  if (timeZone === undefined || currency === undefined || country === undefined)
    throw new Error(`${file} does not name time zone, currency and country of the site`)
  return { timeZone, currency, country }
}

/**
 * Imports the files and replays them as one history in order of time, as training does: each record comes with the
 * features that the service would have computed at its moment.
 *
 * @param onRejected told of bad rows, which are left out
 */
export async function* replayFiles(
  { files, mapping: mappingFile, toMs }: PublicData,
  onRejected: (notice: string) => void,
): AsyncGenerator<Replayed> {
  const mapping = readMapping(mappingFile)
  const site = siteOf(mappingFile, mapping.site)
  const folder = mkdtempSync(join(tmpdir(), 'atalaya-bench-'))
  const opened: Import[] = []
  try {
    for (const [index, file] of files.entries())
      opened.push(
        await openImport([file], {
          ...{ mapping, currency: site.currency, maxRejectedShare: 0.01 },
          rejectedFile: join(folder, `${index}.ndjson`),
          ...(toMs !== undefined && { toMs }),
        }),
      )
    const { lookup } = await openIpData()
    const replay = new Replay({ site, lookupIp: lookup, toSiteMinor: amountMinor => amountMinor })
    for await (const record of merged(
      opened.map(file => file.records()),
      files,
    ))
      yield replay.next(record)
    for (const [index, file] of opened.entries()) {
      const { read, rejected, reasons } = file.report()
      if (rejected > 0)
        onRejected(`${rejected} of ${read} rows of ${files[index]} left out: ${reasons[0]?.[0] ?? ''}`)
    }
  } finally {
    for (const file of opened) file.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
