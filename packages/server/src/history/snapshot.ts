import { HistoryError } from './errors.ts'
import { EVENT_WORDS } from './events.ts'
import type { SipHash } from './siphash.ts'
import { EntityStore, MAX_EVENTS, MAX_LINKS, newEventList } from './store.ts'
import { Tail } from './tail.ts'
import { WordReader, WordWriter } from './wire.ts'

/** "ATHS". On a machine of the other byte order it reads differently, and the snapshot is refused. */
const MAGIC = 0x53485441
/** Raise it with every change of the format, of the links, or of what a fingerprint is made of. */
const VERSION = 5
const HEADER_WORDS = 7
const CHECKSUM_BYTES = 8
/** What the key check hashes. */
const KEY_CHECK = new Uint8Array([0x61, 0x74, 0x61, 0x6c, 0x61, 0x79, 0x61])

/** Header (magic, version, key check, time of the newest event, number of entities), the entities, SipHash of all that. */
export function writeSnapshot(store: EntityStore, hash: SipHash): Uint8Array {
  const writer = new WordWriter()
  writer.word(MAGIC)
  writer.word(VERSION)
  hash.digest(KEY_CHECK)
  writer.word(hash.low)
  writer.word(hash.high)
  writer.double(store.newestMs)
  writer.word(store.size)
  store.forEach((low, high, list) => {
    writer.word(low)
    writer.word(high)
    writer.word((list.stride << 16) | (list.length << 1) | (list.tail === undefined ? 0 : 1))
    writer.words(list.words.subarray(list.first, list.first + list.length * list.stride))
    list.tail?.write(writer)
  })
  hash.digest(writer.bytes())
  writer.word(hash.low)
  writer.word(hash.high)
  return writer.bytes()
}

/** @throws {HistoryError} see `History.restore` */
export function readSnapshot(bytes: Uint8Array, hash: SipHash): EntityStore {
  const size = bytes.byteLength
  if (size < HEADER_WORDS * 4 + CHECKSUM_BYTES || size % 4 !== 0) {
    throw corrupt(`${size} bytes cannot be one`)
  }
  // Words need an aligned buffer, and a file read into a pool seldom has one.
  const words = new Uint32Array(Uint8Array.from(bytes).buffer)
  const reader = new WordReader(words.subarray(0, words.length - 2))
  if (reader.word() !== MAGIC) throw corrupt('it does not begin like one')
  const version = reader.word()
  if (version !== VERSION) {
    throw new HistoryError(
      'history_snapshot_version',
      `history snapshot: version ${version}, this release reads ${VERSION}; delete it and replay the journal`,
    )
  }
  hash.digest(KEY_CHECK)
  if (reader.word() !== hash.low || reader.word() !== hash.high) {
    throw new HistoryError(
      'history_snapshot_hash_key',
      'history snapshot: written with another hash key; give that key, or delete it and replay the journal',
    )
  }
  hash.digest(bytes, size - CHECKSUM_BYTES)
  if (words[words.length - 2] !== hash.low || words[words.length - 1] !== hash.high) {
    throw corrupt('its checksum does not match')
  }
  return readEntities(reader)
}

function readEntities(reader: WordReader): EntityStore {
  const newestMs = reader.double()
  const size = reader.word()
  // Three words and one event at least for each: a wrong size must not make a huge table.
  if (size * (EVENT_WORDS + 3) > reader.left) throw corrupt('it has fewer entities than it says')
  const store = new EntityStore(size)
  store.newestMs = newestMs
  const list = newEventList()
  for (let i = 0; i < size; i++) {
    const low = reader.word()
    const high = reader.word()
    const shape = reader.word()
    list.stride = shape >>> 16
    list.length = (shape & 0xffff) >>> 1
    const linkCount = list.stride - EVENT_WORDS
    if (linkCount < 0 || linkCount > MAX_LINKS || list.length < 1 || list.length > MAX_EVENTS) {
      throw corrupt('an entity has an impossible size')
    }
    list.words = reader.words(list.length * list.stride)
    list.tail = (shape & 1) === 1 ? Tail.read(reader, linkCount) : undefined
    store.restore(low, high, list)
  }
  return store
}

function corrupt(reason: string): HistoryError {
  return new HistoryError(
    'history_snapshot_corrupt',
    `history snapshot: ${reason}; delete it and replay the journal`,
  )
}
