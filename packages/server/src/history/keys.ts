import { HistoryError } from './errors.ts'
import type { SipHash } from './siphash.ts'
import { u32 } from './typed.ts'
import { ENTITY_KINDS, type EntityKeys, type EntityKind } from './types.ts'

/** Goes before a key in its hash, so that a card and an account of one name are two entities. Never change one. */
const KIND_TAGS: Readonly<Record<EntityKind, number>> = {
  account: 1,
  card: 2,
  device: 3,
  visitor: 4,
  ip: 5,
  seller: 6,
}

const PLACES: Readonly<Record<EntityKind, number>> = {
  account: 0,
  card: 1,
  device: 2,
  visitor: 3,
  ip: 4,
  seller: 5,
}

/** Keyed hashes of the keys of one event, remembered for the next, which often has the same ones. */
export class HashedKeys {
  readonly #hash: SipHash
  readonly #keys: string[] = ENTITY_KINDS.map(() => '')
  readonly #lows = new Uint32Array(ENTITY_KINDS.length)
  readonly #highs = new Uint32Array(ENTITY_KINDS.length)
  readonly #present: boolean[] = ENTITY_KINDS.map(() => false)
  #bytes = new Uint8Array(256)

  constructor(hash: SipHash) {
    this.#hash = hash
  }

  /** @throws {HistoryError} `history_invalid_mark` for an empty key */
  set(keys: EntityKeys): void {
    for (const kind of ENTITY_KINDS) {
      if (keys[kind] === '') {
        throw new HistoryError('history_invalid_mark', `${kind}: the key is empty; leave it out when unknown`)
      }
    }
    for (const kind of ENTITY_KINDS) {
      const key = keys[kind]
      const place = PLACES[kind]
      this.#present[place] = key !== undefined
      if (key === undefined || key === this.#keys[place]) continue
      this.#hash.digest(this.#bytes, this.#encode(KIND_TAGS[kind], key))
      this.#keys[place] = key
      this.#lows[place] = this.#hash.low
      this.#highs[place] = this.#hash.high
    }
  }

  has(kind: EntityKind): boolean {
    return this.#present[PLACES[kind]] === true
  }

  low(kind: EntityKind): number {
    return u32(this.#lows, PLACES[kind])
  }

  high(kind: EntityKind): number {
    return u32(this.#highs, PLACES[kind])
  }

  /** Half of the hash, for the links of other entities; 0 when there is no such key, else never 0. */
  fingerprint(kind: EntityKind): number {
    return this.has(kind) ? this.low(kind) || 1 : 0
  }

  /** Tag and key as bytes, surrogates one by one; pseudonyms are ASCII. @returns the length */
  #encode(tag: number, key: string): number {
    const longest = 1 + 3 * key.length
    if (this.#bytes.length < longest) this.#bytes = new Uint8Array(longest)
    const bytes = this.#bytes
    bytes[0] = tag
    let length = 1
    for (let i = 0; i < key.length; i++) {
      const unit = key.charCodeAt(i)
      if (unit < 0x80) {
        bytes[length++] = unit
      } else if (unit < 0x800) {
        bytes[length++] = 0xc0 | (unit >> 6)
        bytes[length++] = 0x80 | (unit & 0x3f)
      } else {
        bytes[length++] = 0xe0 | (unit >> 12)
        bytes[length++] = 0x80 | ((unit >> 6) & 0x3f)
        bytes[length++] = 0x80 | (unit & 0x3f)
      }
    }
    return length
  }
}
