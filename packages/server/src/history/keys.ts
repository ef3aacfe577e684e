import { ENTITY_KINDS, type EntityKeys, type EntityKind } from '../events/entities.ts'
import { HistoryError } from './errors.ts'
import type { SipHash } from './siphash.ts'
import { u32 } from './typed.ts'

/** Places of the kinds in `ENTITY_KINDS`. They are part of the hashes: new kinds go to the end. */
export const PLACES = {
  account: 0,
  card: 1,
  device: 2,
  visitor: 3,
  ip: 4,
  seller: 5,
  bin: 6,
  network: 7,
  email: 8,
  phone: 9,
  address: 10,
  category: 11,
  asn: 12,
  session: 13,
} as const satisfies Readonly<Record<EntityKind, number>>

/** Keyed hashes of the keys of one event, remembered for the next, which often has the same ones. */
export class HashedKeys {
  readonly #hash: SipHash
  readonly #keys: Array<string | undefined> = ENTITY_KINDS.map(() => undefined)
  readonly #lows = new Uint32Array(ENTITY_KINDS.length)
  readonly #highs = new Uint32Array(ENTITY_KINDS.length)
  readonly #present = new Uint8Array(ENTITY_KINDS.length)
  #bytes = new Uint8Array(256)

  constructor(hash: SipHash) {
    this.#hash = hash
  }

  /** @throws {HistoryError} `history_invalid_mark` for an empty key */
  set(keys: EntityKeys): void {
    // By name, since a property looked up by a variable costs more than its hash.
    this.#setOne(PLACES.account, keys.account)
    this.#setOne(PLACES.card, keys.card)
    this.#setOne(PLACES.device, keys.device)
    this.#setOne(PLACES.visitor, keys.visitor)
    this.#setOne(PLACES.ip, keys.ip)
    this.#setOne(PLACES.seller, keys.seller)
    this.#setOne(PLACES.bin, keys.bin)
    this.#setOne(PLACES.network, keys.network)
    this.#setOne(PLACES.email, keys.email)
    this.#setOne(PLACES.phone, keys.phone)
    this.#setOne(PLACES.address, keys.address)
    this.#setOne(PLACES.category, keys.category)
    this.#setOne(PLACES.asn, keys.asn)
    this.#setOne(PLACES.session, keys.session)
  }

  /** Whether there is a key of the kind at a place of `ENTITY_KINDS`. */
  has(place: number): boolean {
    return this.#present[place] === 1
  }

  low(place: number): number {
    return u32(this.#lows, place)
  }

  high(place: number): number {
    return u32(this.#highs, place)
  }

  /** Half of the hash, for the links of other entities; 0 when there is no such key, else never 0. */
  fingerprint(place: number): number {
    return this.has(place) ? this.low(place) || 1 : 0
  }

  #setOne(place: number, key: string | undefined): void {
    this.#present[place] = key === undefined ? 0 : 1
    if (key === undefined || key === this.#keys[place]) return
    if (key === '') {
      const kind = ENTITY_KINDS[place]
      throw new HistoryError('history_invalid_mark', `${kind}: the key is empty; leave it out when unknown`)
    }
    // The tag keeps a card and an account of one name apart.
    this.#hash.digest(this.#bytes, this.#encode(place + 1, key))
    this.#keys[place] = key
    this.#lows[place] = this.#hash.low
    this.#highs[place] = this.#hash.high
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
