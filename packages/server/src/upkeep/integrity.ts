import type { DatabaseSync } from 'node:sqlite'

/** What SQLite finds wrong with a database's structure, pages and indexes. */
export function integrityFaults(database: DatabaseSync): string[] {
  const rows = database.prepare('PRAGMA integrity_check(1000)').all()
  return rows.map(row => String(row['integrity_check'])).filter(text => text !== 'ok')
}
