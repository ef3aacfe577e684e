import { crc32 } from 'node:zlib'

/**
 * Checksum of a decision's two documents as they are stored. SQLite has none for its pages: a digit that changed on
 * the disk would be read as it stands.
 */
export function rowChecksum(envelope: string, decision: string): number {
  return crc32(decision, crc32(envelope))
}
