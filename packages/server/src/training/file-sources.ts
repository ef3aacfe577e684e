import { existsSync } from 'node:fs'
import type { SiteSettings } from '../features/index.ts'
import { readHistory } from '../records/reader.ts'
import { TrainingError } from './errors.ts'
import type { Import } from './import/index.ts'
import type { RecordSource } from './source.ts'

/**
 * A history file as a source.
 *
 * @param type what the manifest says of it: history, or simulation
 * @throws TrainingError `data_unreadable` when there is no such file
 */
export function historySource(path: string, site: SiteSettings, type = 'history'): RecordSource {
  if (!existsSync(path))
    throw new TrainingError('data_unreadable', `history file ${path} does not exist`, 'Check the path.')
  return { type, rows: null, mayHaveSessions: true, site, records: () => readHistory(path) }
}

/** Somebody's file, opened for import, as a source. */
export function importSource(opened: Import, site: SiteSettings): RecordSource {
  return {
    type: opened.kind,
    rows: opened.rows,
    mayHaveSessions: opened.mayHaveSessions,
    site,
    records: () => opened.records(),
  }
}
